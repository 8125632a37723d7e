# Writes the data sets and the known answers that tests/test_study_reference.py compares with.
# Run in this folder: Rscript make_reference.R
suppressPackageStartupMessages({
  library(MASS)
  library(sandwich)
})

invisible(Sys.setlocale("LC_COLLATE", "C")) # levels in the order of their characters, whatever the machine speaks

tight <- glm.control(epsilon = 1e-14, maxit = 200)
coefficient_rows <- list()
summary_rows <- list()

# tables: covariance -> matrix of standard errors and p-values
keep <- function(case, fit, tables, extra = list()) {
  for (kind in names(tables)) {
    coefficient_rows[[length(coefficient_rows) + 1]] <<- data.frame(
      case = case, covariance = kind, term = names(coef(fit)), estimate = unname(coef(fit)),
      std_error = unname(tables[[kind]][, 1]), p_value = unname(tables[[kind]][, 2])
    )
  }
  pearson <- sum(residuals(fit, type = "pearson")^2) / df.residual(fit)
  values <- c(list(dispersion = pearson, log_likelihood = as.numeric(logLik(fit)), rows = nobs(fit)), extra)
  summary_rows[[length(summary_rows) + 1]] <<- data.frame(
    case = case, quantity = names(values), value = as.numeric(unlist(values)), row.names = NULL
  )
}

with_normal <- function(fit, covariance) {
  errors <- sqrt(diag(covariance))
  cbind(errors, 2 * pnorm(abs(coef(fit) / errors), lower.tail = FALSE))
}

errors_of <- function(fit, cluster) {
  list(
    model = summary(fit)$coefficients[, c(2, 4)],
    HC1 = with_normal(fit, vcovHC(fit, type = "HC1")),
    cluster = with_normal(fit, vcovCL(fit, cluster = cluster, type = "HC1"))
  )
}

# Cameron and Trivedi (1990): ((y - mu)^2 - y) / mu on mu, without constant
overdispersion_of <- function(fit) {
  mu <- fitted(fit)
  excess <- ((fit$y - mu)^2 - fit$y) / mu
  line <- summary(lm(excess ~ mu - 1))$coefficients
  list(
    test_alpha = line[1, "Estimate"], test_statistic = line[1, "t value"],
    test_p_value = pnorm(line[1, "t value"], lower.tail = FALSE)
  )
}

poisson_case <- function(name, formula, data, cluster) {
  fit <- glm(formula, family = poisson, data = data, control = tight)
  keep(paste0(name, "_poisson"), fit, errors_of(fit, cluster), overdispersion_of(fit))
}

nb2_case <- function(name, formula, data, cluster) {
  # so tight a control is never met to the last digit, and glm.nb warns of the rounds it made
  fit <- suppressWarnings(glm.nb(formula, data = data, control = tight))
  keep(paste0(name, "_nb2"), fit, errors_of(fit, cluster), list(alpha = 1 / fit$theta))
}

days <- quine
names(days) <- c("origin", "sex", "age", "learner", "days")
days$group <- paste(days$origin, days$sex, days$age, sep = "-")
write.csv(days, "quine.csv", row.names = FALSE, quote = FALSE)
quine_formula <- days ~ origin + sex + age + learner
poisson_case("quine", quine_formula, days, days$group)
nb2_case("quine", quine_formula, days, days$group)

breaks <- warpbreaks
breaks$tension <- as.character(breaks$tension)
breaks$loom <- rep(1:9, 6)
write.csv(breaks, "warpbreaks.csv", row.names = FALSE, quote = FALSE)
poisson_case("warpbreaks", breaks ~ wool * tension, breaks, breaks$loom)
nb2_case("warpbreaks", breaks ~ wool * tension, breaks, breaks$loom)

claims <- data.frame(
  district = Insurance$District, group = as.character(Insurance$Group), age = as.character(Insurance$Age),
  holders = Insurance$Holders, claims = Insurance$Claims
)
write.csv(claims, "insurance.csv", row.names = FALSE, quote = FALSE)
claims_formula <- claims ~ district + group + age + offset(log(holders))
poisson_case("insurance", claims_formula, claims, paste(claims$group, claims$age))
# without age there is overdispersion left to estimate
nb2_case("insurance", claims ~ district + group + offset(log(holders)), claims, paste(claims$group, claims$age))

damage <- subset(ships, service > 0)
names(damage)[names(damage) == "year"] <- "built"
write.csv(damage, "ships.csv", row.names = FALSE, quote = FALSE)
damage$built <- factor(damage$built)
damage$period <- factor(damage$period)
poisson_case("ships", incidents ~ type + built + period + offset(log(service)), damage, damage$built)

cancer <- data.frame(
  age = as.character(esoph$agegp), alcohol = as.character(esoph$alcgp), tobacco = as.character(esoph$tobgp),
  cases = esoph$ncases, persons = esoph$ncases + esoph$ncontrols
)
write.csv(cancer, "esoph.csv", row.names = FALSE, quote = FALSE)

budworm <- data.frame(
  sex = rep(c("M", "F"), each = 6), dose = rep(0:5, 2),
  dead = c(1, 4, 9, 13, 18, 20, 0, 2, 6, 10, 12, 16), moths = 20
)
write.csv(budworm, "budworm.csv", row.names = FALSE, quote = FALSE)

admissions <- reshape(as.data.frame(UCBAdmissions), idvar = c("Gender", "Dept"), timevar = "Admit", direction = "wide")
admissions <- data.frame(
  sex = as.character(admissions$Gender), department = admissions$Dept, admitted = admissions$Freq.Admitted,
  applied = admissions$Freq.Admitted + admissions$Freq.Rejected
)
write.csv(admissions, "admissions.csv", row.names = FALSE, quote = FALSE)

rate_case <- function(name, formula, data) {
  plain <- glm(formula, family = binomial, data = data, control = tight)
  quasi <- glm(formula, family = quasibinomial, data = data, control = tight)
  keep(name, plain, list(
    none = summary(plain)$coefficients[, c(2, 4)], quasi = summary(quasi)$coefficients[, c(2, 4)]
  ))
}
rate_case("esoph", cbind(cases, persons - cases) ~ age + alcohol + tobacco, cancer)
rate_case("budworm", cbind(dead, moths - dead) ~ sex + dose, budworm)
rate_case("admissions", cbind(admitted, applied - admitted) ~ sex + department, admissions)

intervals <- do.call(rbind, lapply(
  list(c(0, 20), c(3, 40), c(9, 9), c(10, 25), c(40, 90), c(558, 2000), c(1991, 2000)),
  function(pair) {
    exact <- binom.test(pair[1], pair[2])$conf.int
    score <- suppressWarnings(prop.test(pair[1], pair[2], correct = FALSE))$conf.int
    data.frame(
      successes = pair[1], trials = pair[2], exact_low = exact[1], exact_high = exact[2],
      wilson_low = score[1], wilson_high = score[2]
    )
  }
))

round_trip <- function(frame) {
  numbers <- sapply(frame, is.double)
  frame[numbers] <- lapply(frame[numbers], function(value) sprintf("%.15g", value))
  frame
}
write.csv(round_trip(do.call(rbind, coefficient_rows)), "coefficients.csv", row.names = FALSE, quote = FALSE)
write.csv(round_trip(do.call(rbind, summary_rows)), "summaries.csv", row.names = FALSE, quote = FALSE)
write.csv(round_trip(intervals), "intervals.csv", row.names = FALSE, quote = FALSE)
