# Known answers for the panel of agencies: agency and year effects, clustered and leave-one-out errors.
# Run in this folder: Rscript make_panel.R. Writes panel_rows.csv and panel_answers.csv.
library(sandwich)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20)
grid <- expand.grid(agency_id = letters[1:9], year = 2018:2022, stringsAsFactors = FALSE)
size <- c(60, 40, 25, 15, 12, 8, 6, 5, 4)[match(grid$agency_id, letters)]
shape <- c(0.4, 0.8, 1, 0.7, 0.3)[grid$year - 2017]
grid$award_count <- rnbinom(nrow(grid), mu = size * shape, size = 6)
rows <- grid[runif(nrow(grid)) < 0.75, ]
rows <- rows[order(rows$agency_id, rows$year, method = "radix"), ]
write.csv(rows, "panel_rows.csv", row.names = FALSE, quote = FALSE)

years <- relevel(factor(rows$year), ref = "2020")
fit_rows <- function(keep) {
  glm(award_count ~ year + agency, family = poisson, control = glm.control(epsilon = 1e-14, maxit = 100),
      data = data.frame(award_count = rows$award_count, year = years, agency = rows$agency_id)[keep, ])
}
whole <- fit_rows(rep(TRUE, nrow(rows)))
names <- paste0("year", setdiff(levels(years), "2020"))
estimate <- coef(whole)[names]
agencies <- unique(rows$agency_id)
n <- nrow(rows); t <- length(names); k <- length(coef(whole))
# vcovCL with HC1 has G/(G-1) * (n-1)/(n-k); agency effects lie within clusters and count as one constant, so that
# t + 1 takes the place of k
clustered <- vcovCL(whole, cluster = rows$agency_id, type = "HC1")[names, names] * (n - k) / (n - t - 1)
without <- sapply(agencies, function(one) coef(fit_rows(rows$agency_id != one))[names])
jackknife <- sqrt((length(agencies) - 1) / length(agencies) * rowSums((without - estimate)^2))
answers <- data.frame(year = sub("year", "", names), estimate = estimate, std_error = sqrt(diag(clustered)),
                      jackknife_error = jackknife,
                      dispersion = sum(residuals(whole, "pearson")^2) / whole$df.residual)
write.csv(format(answers, digits = 15, trim = TRUE), "panel_answers.csv", row.names = FALSE, quote = FALSE)
