// A page opened as a file may not fetch others, so the search shows titles without excerpts there.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// Words of sphinx's search that its Indonesian catalogue leaves empty.
if (document.documentElement.lang === "id") {
  Documentation.addTranslations({
    locale: "id",
    plural_expr: "0",
    messages: {
      "Search finished, found one page matching the search query.": [
        "Pencarian selesai, ditemukan ${resultCount} halaman yang cocok.",
      ],
      "Search Results": "Hasil pencarian",
      "Searching": "Mencari",
      "Preparing search...": "Menyiapkan pencarian ...",
      ", in ": ", di ",
      "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
        "Tidak ada halaman yang cocok. Periksa ejaan kata yang dicari.",
    },
  });
}
