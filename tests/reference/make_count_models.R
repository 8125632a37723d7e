# Writes the drawn data sets and the known answers that tests/test_study_counts.py, test_joint_tests.py and
# test_contrasts.py compare with. Run in this folder after make_reference.R: Rscript make_count_models.R
suppressPackageStartupMessages({
  library(MASS)
  library(sandwich)
  library(emmeans)
})
invisible(Sys.setlocale("LC_COLLATE", "C"))
RNGkind("Mersenne-Twister", "Inversion", "Rejection")

tight <- glm.control(epsilon = 1e-14, maxit = 200)
rows <- list(terms = list(), matrices = list(), tests = list(), rates = list())
add <- function(table, ...) rows[[table]][[length(rows[[table]]) + 1]] <<- data.frame(..., row.names = NULL)
read <- function(name) read.csv(paste0(name, ".csv"), na.strings = character(0))

draw_interactions <- function() {
  set.seed(41)
  drawn <- expand.grid(
    predicate = c("WBBM", "WBK"), agency_type = c("central", "city", "province", "regency"), year = 2014:2023,
    stringsAsFactors = FALSE
  )
  drawn$units <- sample(20:400, nrow(drawn), replace = TRUE)
  drawn$rules <- ifelse(drawn$year < 2019, "52/2014", ifelse(drawn$year < 2021, "10/2019", "90/2021"))
  slope <- c(central = 0.05, city = 0.15, province = 0, regency = -0.1)[drawn$agency_type]
  level <- c(central = 0, city = -0.6, province = 0.3, regency = -1.1)[drawn$agency_type]
  rate <- exp(-2.5 + level + slope * (drawn$year - 2018) + 0.6 * (drawn$predicate == "WBK"))
  drawn$place <- sample(sprintf("p%02d", 1:14), nrow(drawn), replace = TRUE)
  drawn$awards <- rnbinom(nrow(drawn), size = 3, mu = rate * drawn$units)
  drawn
}

draw_levels <- function() {
  set.seed(42)
  drawn <- expand.grid(region = sprintf("r%02d", 1:30), year = 2016:2021, stringsAsFactors = FALSE)
  drawn$agencies <- sample(1:30, nrow(drawn), replace = TRUE)
  drawn$kind <- sample(c("a", "b", "c"), nrow(drawn), replace = TRUE)
  drawn$score <- round(runif(nrow(drawn), -2, 2), 3)
  place <- rnorm(30, 0, 0.5)[match(drawn$region, sort(unique(drawn$region)))]
  drawn$awards <- rnbinom(nrow(drawn), size = 2, mu = exp(-2 + place + 0.3 * drawn$score) * drawn$agencies)
  drawn
}

draw_tiny <- function() data.frame(
  awards = c(0, 1, 0, 3, 0, 1, 2, 0, 4, 0, 0, 1), kind = rep(c("a", "b"), 6), score = c(-3, 1, 0, 2, -1, 0, 3, -2, 2, 1, -1, 0),
  units = c(5, 8, 3, 40, 2, 9, 11, 7, 30, 4, 6, 5), place = rep(c("x", "y", "z", "w"), each = 3)
)

answer <- function(case, data, formula, reduced, factor, cluster, families, by = NULL, offset = NULL, matrices = FALSE) {
  data$with_offset <- if (is.null(offset)) 0 else log(data[[offset]])
  for (family in families) {
    run <- function(f) {
      f <- update(f, . ~ . + offset(with_offset))
      # so tight a control is never met to the last digit, and both warn of the rounds they made
      fitted <- suppressWarnings(eval(bquote(if (family == "nb2") glm.nb(.(f), data = data, control = tight) else
        glm(.(f), data = data, control = tight, family = if (family == "poisson") poisson else quasipoisson))))
      if (family == "nb2") return(fitted)
      # glm keeps the weights of its last step but one; one more step from the end makes them those of the end
      suppressWarnings(eval(bquote(
        glm(.(f), data = data, control = tight, family = .(fitted$family), start = .(unname(coef(fitted))))
      )))
    }
    fit <- run(formula)
    small <- run(reduced)
    keep_likelihood(case, family, fit, small)
    ways <- list(model = vcov(fit), HC1 = vcovHC(fit, type = "HC1"), cluster = vcovCL(fit, cluster = data[[cluster]], type = "HC1"))
    for (covariance in names(ways)) {
      clusters <- length(unique(data[[cluster]]))
      degrees <- if (covariance == "cluster") clusters - 1 else df.residual(fit)
      keep_terms(case, family, covariance, fit, ways[[covariance]], degrees, matrices)
      keep_wald(case, family, covariance, fit, ways[[covariance]], degrees, factor)
      if (!is.null(by)) {
        keep_rates(case, family, covariance, fit, ways[[covariance]], data, factor, degrees, by)
      }
    }
  }
}

clean <- function(names) gsub("factor\\((\\w+)\\)", "\\1", names)

keep_likelihood <- function(case, family, fit, small) {
  table <- if (family == "nb2") anova(small, fit) else
    anova(small, fit, test = if (family == "poisson") "LRT" else "F")
  last <- table[2, ]
  statistic <- if (family == "nb2") last[["LR stat."]] else if (family == "poisson") last[["Deviance"]] else last[["F"]]
  add("tests",
    case = case, family = family, covariance = "model", test = "likelihood", law = if (family == "quasipoisson") "F" else "chi2",
    statistic = statistic, degrees = if (family == "nb2") last[["   df"]] else last[["Df"]], p_value = last[[length(last)]]
  )
}

keep_terms <- function(case, family, covariance, fit, matrix, degrees, matrices) {
  estimate <- coef(fit)
  error <- sqrt(diag(matrix))
  ratio <- abs(estimate / error)
  add("terms",
    case = case, family = family, covariance = covariance, term = clean(names(estimate)), estimate = estimate, std_error = error,
    p_normal = 2 * pnorm(ratio, lower.tail = FALSE), p_t = 2 * pt(ratio, degrees, lower.tail = FALSE),
    low_t = exp(estimate - qt(0.975, degrees) * error), high_t = exp(estimate + qt(0.975, degrees) * error)
  )
  if (matrices) {
    pairs <- expand.grid(row = seq_along(estimate), column = seq_along(estimate))
    names <- clean(names(estimate))
    add("matrices",
      case = case, family = family, covariance = covariance, row = names[pairs$row], column = names[pairs$column],
      value = as.vector(matrix)
    )
  }
}

# by hand: b' V^-1 b over every term in which the factor stands
keep_wald <- function(case, family, covariance, fit, matrix, degrees, factor) {
  inside <- grepl(factor, clean(names(coef(fit))), fixed = TRUE)
  if (covariance == "cluster" && sum(inside) > degrees) return(invisible())
  estimate <- coef(fit)[inside]
  statistic <- drop(estimate %*% solve(matrix[inside, inside], estimate))
  terms <- sum(inside)
  add("tests",
    case = case, family = family, covariance = covariance, test = "wald", law = "chi2", statistic = statistic, degrees = terms,
    p_value = pchisq(statistic, terms, lower.tail = FALSE)
  )
  add("tests",
    case = case, family = family, covariance = covariance, test = "wald", law = "F", statistic = statistic / terms,
    degrees = terms, p_value = pf(statistic / terms, terms, degrees, lower.tail = FALSE)
  )
}

keep_rates <- function(case, family, covariance, fit, matrix, data, factor, degrees, by) {
  if (case == "interactions" && family != "nb2") return(invisible()) # ten years of four types fill the file
  law <- if (covariance == "cluster" || family == "quasipoisson") "t" else "normal"
  for (weights in if (covariance == "model") c("equal", "proportional") else "equal") {
    specs <- c(factor, setdiff(by, factor))
    per <- if (any(data$with_offset != 0)) log(100) else 0
    # numbers asked by stand at each of their values, the others at their mean
    at_values <- Map(function(name) sort(unique(data[[name]])), setdiff(by, factor))
    at_values <- at_values[vapply(at_values, is.numeric, TRUE)]
    means <- emmeans(fit, specs, vcov. = matrix, offset = per, weights = weights, at = at_values, data = data,
      df = if (law == "t") degrees else Inf, cov.keep = character(0))
    inner <- if (length(specs) > 1) specs[-1] else NULL
    keep_grid(case, family, covariance, law, weights, "rate", summary(means, type = "response", infer = TRUE), specs)
    pairs <- function(grid) contrast(grid, "trt.vs.ctrl", ref = 1, by = inner, adjust = "none")
    keep_grid(case, family, covariance, law, weights, "ratio",
      summary(pairs(means), type = "response", infer = TRUE, adjust = "none"), c("contrast", inner))
    keep_grid(case, family, covariance, law, weights, "difference",
      summary(pairs(regrid(means)), infer = TRUE, adjust = "none"), c("contrast", inner))
  }
}

keep_grid <- function(case, family, covariance, law, weights, kind, table, keys) {
  table <- as.data.frame(table)
  pick <- function(...) table[[intersect(c(...), names(table))[1]]]
  add("rates",
    case = case, family = family, covariance = covariance, law = law, weights = sub("proportional", "observed", weights),
    kind = kind, level = do.call(paste, c(lapply(table[keys], as.character), sep = "|")),
    value = pick("rate", "response", "ratio", "estimate"), std_error = table$SE, low = pick("asymp.LCL", "lower.CL"),
    high = pick("asymp.UCL", "upper.CL"), p_value = if (kind == "rate") NA else table$p.value
  )
}

all_families <- c("poisson", "quasipoisson", "nb2")
breaks <- read("warpbreaks")
answer("warpbreaks", breaks, breaks ~ wool * tension, breaks ~ wool + tension, "tension", "loom", all_families,
  by = "wool", matrices = TRUE)
days <- read("quine")
answer("quine", days, days ~ origin * sex + age + learner, days ~ origin + sex + learner, "age", "group", all_families, by = character(0))
claims <- read("insurance")
claims$district <- factor(claims$district)
answer("insurance", claims, claims ~ district + group, claims ~ district, "group", "age", all_families, by = character(0), offset = "holders")
damage <- read("ships")
damage$built <- factor(damage$built)
damage$period <- factor(damage$period)
answer("ships", damage, incidents ~ type + built + period, incidents ~ type + period, "built", "built",
  c("poisson", "quasipoisson"), by = character(0), offset = "service")

interactions <- draw_interactions()
write.csv(interactions, "drawn_interactions.csv", row.names = FALSE, quote = FALSE)
moved <- interactions
moved$year <- moved$year - floor(mean(moved$year) + 0.5)
answer("interactions", moved, awards ~ agency_type * year + predicate, awards ~ agency_type + year + predicate, "agency_type",
  "year", all_families, by = "year", offset = "units")
answer("predicates", moved, awards ~ agency_type * predicate + year, awards ~ agency_type + predicate, "predicate", "year",
  all_families, by = "agency_type", offset = "units")
answer("rules", interactions, awards ~ rules + agency_type, awards ~ agency_type, "rules", "year", all_families,
  by = character(0), offset = "units")
answer("yearly", interactions, awards ~ factor(year) + agency_type, awards ~ agency_type, "year", "place", all_families,
  offset = "units")
levels <- draw_levels()
write.csv(levels, "drawn_levels.csv", row.names = FALSE, quote = FALSE)
answer("levels", levels, awards ~ region + kind + score, awards ~ region + score, "kind", "region", all_families,
  by = character(0), offset = "agencies")
tiny <- draw_tiny()
write.csv(tiny, "drawn_tiny.csv", row.names = FALSE, quote = FALSE)
answer("tiny", tiny, awards ~ kind + score, awards ~ score, "kind", "place", c("poisson", "quasipoisson"), by = character(0),
  offset = "units")

for (table in names(rows)) {
  whole <- do.call(rbind, rows[[table]])
  numbers <- vapply(whole, is.numeric, TRUE)
  whole[numbers] <- lapply(whole[numbers], formatC, digits = if (table == "rates") 12 else 15, format = "g", width = 1)
  write.csv(whole, paste0("count_", table, ".csv"), row.names = FALSE, quote = FALSE)
}
