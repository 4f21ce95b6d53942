// Replaces the drawn trend by the same plot with values on hover. Without this script the picture stays.
const place = document.getElementById("kpi-plot");
const spec = JSON.parse(document.getElementById("kpi-plot-spec").textContent);
spec.width = "container";
spec.config = { ...spec.config, autosize: { type: "fit-x", contains: "padding" } };
const { locale } = spec.config;
delete spec.config.locale;
window.vegaEmbed(place, spec, {
  actions: false,
  renderer: "svg",
  tooltip: true,
  formatLocale: locale?.number,
  timeFormatLocale: locale?.time,
});
