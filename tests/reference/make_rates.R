# Writes rates.csv, the known answers of tests/test_study_betabinomial.py. Run in this folder: Rscript make_rates.R
# The beta-binomial is maximised with optim on lbeta, another way of writing it than the package's products.
invisible(Sys.setlocale("LC_COLLATE", "C"))

log_likelihood <- function(place, won, tried, design) {
  share <- plogis(design %*% head(place, -1))
  rho <- plogis(tail(place, 1))
  size <- (1 - rho) / rho
  sum(lchoose(tried, won) + lbeta(won + share * size, tried - won + (1 - share) * size)
      - lbeta(share * size, (1 - share) * size))
}

maximise <- function(start, ...) {
  control <- list(reltol = 1e-15, maxit = 1e4, fnscale = -1)
  found <- list(par = start)
  for (round in 1:20) found <- optim(found$par, log_likelihood, ..., method = "BFGS", control = control)
  found
}

# the highest log-likelihood with rho held: what the profile interval is read from
profile_at <- function(rho, start, won, tried, design) {
  held <- function(place) log_likelihood(c(place, qlogis(rho)), won, tried, design)
  found <- list(par = start)
  for (round in 1:5) {
    found <- optim(found$par, held, method = "BFGS", control = list(reltol = 1e-15, maxit = 1e4, fnscale = -1))
  }
  found$value
}

answer <- function(case, table, won, tried, formula) {
  design <- model.matrix(formula, table)
  binomial <- glm(cbind(won, tried - won) ~ design - 1, family = binomial)
  best <- maximise(c(coef(binomial), qlogis(0.02)), won = won, tried = tried, design = design)
  share <- head(best$par, -1)
  rho <- plogis(tail(best$par, 1))
  height <- best$value - qchisq(0.95, 1) / 2
  drop <- function(rho) profile_at(rho, share, won, tried, design) - height
  low <- if (drop(1e-6) > 0) 0 else uniroot(drop, c(1e-6, rho), tol = 1e-10)$root
  high <- uniroot(drop, c(rho, 0.9), tol = 1e-10)$root
  binomial_height <- sum(dbinom(won, tried, fitted(binomial), log = TRUE))
  quantity <- c(paste0("estimate:", colnames(design)), "rho", "rho_low", "rho_high", "log_likelihood",
                "binomial_log_likelihood")
  data.frame(case = case, quantity = quantity,
             value = c(unname(share), rho, low, high, best$value, binomial_height))
}

budworm <- read.csv("budworm.csv")
esoph <- read.csv("esoph.csv")
admissions <- read.csv("admissions.csv")
awards <- data.frame(won = c(19, 83, 205, 763, 558, 109), tried = c(223, 485, 910, 3691, 4402, 1390))
answers <- rbind(
  answer("budworm", budworm, budworm$dead, budworm$moths, ~ sex),
  answer("esoph", esoph, esoph$cases, esoph$persons, ~ age),
  answer("admissions", admissions, admissions$admitted, admissions$applied, ~ sex),
  answer("awards", awards, awards$won, awards$tried, ~ 1)
)
answers$value <- formatC(answers$value, digits = 12, format = "g")
write.csv(answers, "rates.csv", row.names = FALSE, quote = FALSE)
