// A slide that is taller than the screen is drawn smaller, so that nothing is cut off.
const fit = (slide) => {
  const inner = slide && slide.querySelector(".fit");
  if (!inner) return;
  const hidden = slide.hidden;
  inner.style.zoom = 1;
  for (let size = 1; size > 0.4 && inner.scrollHeight * size > 672; size -= 0.02) inner.style.zoom = size;
  slide.hidden = hidden;
};
Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  hash: true,
  navigationMode: "linear", // the arrow to the right reaches every slide
  slideNumber: "c/t",
  transition: "none",
  pdfSeparateFragments: false,
  pdfMaxPagesPerSlide: 1,
  plugins: [RevealNotes],
});
Reveal.on("ready", (event) => fit(event.currentSlide));
Reveal.on("slidechanged", (event) => fit(event.currentSlide));
Reveal.on("pdf-ready", () => document.querySelectorAll("section.one").forEach(fit));
