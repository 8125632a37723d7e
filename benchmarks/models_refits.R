# Fits one Poisson model to many data sets in a loop over glm.fit, the fastest loop that R itself offers.
# Rscript models_refits.R FOLDER: reads counts.bin (n x b), matrix.bin (n x k), offset.bin (n) and sizes.csv (n, k, b),
# writes coefficients.bin (k x b) and seconds.csv (processor seconds of the loop).
folder <- commandArgs(trailingOnly = TRUE)[1]
sizes <- read.csv(file.path(folder, "sizes.csv"))
read <- function(name, length) readBin(file.path(folder, name), "double", length)
counts <- matrix(read("counts.bin", sizes$n * sizes$b), sizes$n)
design <- matrix(read("matrix.bin", sizes$n * sizes$k), sizes$n)
offset <- read("offset.bin", sizes$n)
family <- poisson()
control <- glm.control(epsilon = 1e-8)
answers <- matrix(NA_real_, sizes$k, sizes$b)
started <- proc.time()
for (place in seq_len(sizes$b)) {
  answers[, place] <- glm.fit(design, counts[, place], offset = offset, family = family, control = control)$coefficients
}
spent <- proc.time() - started
writeBin(as.vector(answers), file.path(folder, "coefficients.bin"))
write.csv(data.frame(seconds = spent[["user.self"]] + spent[["sys.self"]]), file.path(folder, "seconds.csv"), row.names = FALSE)
