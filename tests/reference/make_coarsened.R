# Writes coarsened.csv: a small table of cells known exactly, within bounds or only in sum, fitted by adding up the
# probability of every table of counts that is possible (dpois, expand.grid) and maximising with optim.
# Run in this folder: Rscript make_coarsened.R
cells <- data.frame(
  kind = c("a", "b", "c", "a", "b", "c"), late = c(0, 0, 0, 1, 1, 1),
  lower = c(9, 2, 0, 0, 0, 1), upper = c(9, 6, 12, 20, 20, 20)
)
# sums: all early cells 16; late a + b 14; late b + c between 8 and 11 (crosses the one before)
early <- as.matrix(expand.grid(9, 2:6, 0:12))
early <- early[rowSums(early) == 16, , drop = FALSE]
late <- as.matrix(expand.grid(0:20, 0:20, 1:20))
late <- late[late[, 1] + late[, 2] == 14 & late[, 2] + late[, 3] >= 8 & late[, 2] + late[, 3] <= 11, ]
design <- cbind(1, cells$kind == "b", cells$kind == "c", cells$late)

log_sum <- function(counts, mu) {
  each <- rowSums(sapply(seq_along(mu), function(i) dpois(counts[, i], mu[i], log = TRUE)))
  max(each) + log(sum(exp(each - max(each))))
}
log_likelihood <- function(beta) {
  mu <- exp(drop(design %*% beta))
  log_sum(early, mu[1:3]) + log_sum(late, mu[4:6])
}
control <- list(fnscale = -1, reltol = 1e-15, maxit = 5000)
best <- optim(c(2, -0.5, -0.5, 0), log_likelihood, method = "BFGS", control = control)
best <- optim(best$par, log_likelihood, method = "BFGS", control = control, hessian = TRUE)
errors <- sqrt(diag(solve(-optimHess(best$par, log_likelihood, control = list(fnscale = -1, ndeps = rep(1e-4, 4))))))

profile_end <- function(term, sign) {
  held <- function(value) {
    inner <- function(rest) log_likelihood(append(rest, value, after = term - 1))
    top <- optim(best$par[-term], inner, method = "BFGS", control = control)
    top <- optim(top$par, inner, method = "BFGS", control = control)
    2 * (best$value - top$value) - qchisq(0.95, 1)
  }
  ends <- best$par[term] + sign * c(0.2, 5) * errors[term]
  uniroot(held, sort(ends), tol = 1e-9)$root
}
answer <- data.frame(
  term = c("Intercept", "C(kind)[T.b]", "C(kind)[T.c]", "late"), estimate = best$par, std_error = errors,
  low = sapply(1:4, profile_end, -1), high = sapply(1:4, profile_end, 1), log_likelihood = best$value
)
write.csv(format(answer, digits = 12), "coarsened.csv", row.names = FALSE, quote = 1)
