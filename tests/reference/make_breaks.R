# Writes breaks.csv, the known answers that tests/test_breaks.py compares with, from break_series.csv.
# Run in this folder: Rscript make_breaks.R
suppressPackageStartupMessages(library(sandwich))

series <- read.csv("break_series.csv")
tight <- glm.control(epsilon = 1e-14, maxit = 200)
rows <- list()
keep <- function(series_name, shape, first_after, values) {
  rows[[length(rows) + 1]] <<- data.frame(
    series = series_name, shape = shape, first_after = first_after,
    quantity = names(values), value = as.numeric(unlist(values)), row.names = NULL
  )
}

right_sides <- list(
  level = c(with = "after", without = "1"),
  trend = c(with = "since + after", without = "since"),
  segmented = c(with = "since * after", without = "since")
)

fit_one <- function(data, first_after, shape) {
  data$since <- data$year - first_after
  data$after <- as.numeric(data$since >= 0)
  model <- function(side) {
    glm(as.formula(paste("award_count ~", side, "+ offset(log(exposure))")),
      family = quasipoisson, data = data, control = tight
    )
  }
  list(with = model(right_sides[[shape]][["with"]]), without = model(right_sides[[shape]][["without"]]))
}

for (name in unique(series$series)) {
  data <- series[series$series == name, ]
  for (shape in names(right_sides)) {
    for (first_after in c(2019, 2020, 2021, 2022)) {
      fits <- fit_one(data, first_after, shape)
      told <- summary(fits$with)
      test <- anova(fits$without, fits$with, test = "F")
      keep(name, shape, first_after, list(
        estimate = told$coefficients["after", 1], std_error = told$coefficients["after", 2],
        p_value = told$coefficients["after", 4], dispersion = told$dispersion,
        statistic = test$F[2], p_break = test[["Pr(>F)"]][2],
        newey_west = sqrt(diag(NeweyWest(fits$with, lag = 1, prewhite = FALSE, adjust = TRUE)))[["after"]]
      ))
    }
  }
  # every choice of the years after, by hand: how many have an F at least as large as the last three years
  statistic <- function(chosen) {
    data$after <- as.numeric(seq_len(nrow(data)) %in% chosen)
    with <- glm(award_count ~ after + offset(log(exposure)), family = quasipoisson, data = data, control = tight)
    without <- glm(award_count ~ 1 + offset(log(exposure)), family = quasipoisson, data = data, control = tight)
    (deviance(without) - deviance(with)) / max(1, summary(with)$dispersion)
  }
  own <- which(data$year >= 2022)
  every <- combn(nrow(data), length(own), statistic)
  keep(name, "permutation", 2022, list(p_value = mean(every >= statistic(own) - 1e-9), arrangements = length(every)))
}

write.csv(do.call(rbind, rows), "breaks.csv", row.names = FALSE, quote = FALSE)
