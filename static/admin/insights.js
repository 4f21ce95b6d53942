// Replaces the drawn trend by the same plot with values on hover. Without this script the picture stays.
const place = document.getElementById("kpi-plot");
const spec = JSON.parse(document.getElementById("kpi-plot-spec").textContent);
spec.width = "container";
spec.config = { ...spec.config, autosize: { type: "fit-x", contains: "padding" } };
const { locale } = spec.config;
delete spec.config.locale;
// A line answers only where it is drawn: unseen points, one a day and wide enough to hit, carry the values.
const [line] = spec.layer;
const unit = JSON.stringify(line.encoding.y.title ?? "");
spec.layer.push({
  data: line.data,
  transform: [
    { calculate: `timeFormat(toDate(datum.x), "%d/%m/%Y") + ": " + format(datum.y, ",.1f") + " " + ${unit}`, as: "words" },
  ],
  mark: { type: "point", filled: true, size: 500, opacity: 0 },
  encoding: { x: line.encoding.x, y: line.encoding.y, tooltip: { field: "words", type: "nominal" } },
});
window.vegaEmbed(place, spec, {
  actions: false,
  renderer: "svg",
  tooltip: true,
  formatLocale: locale?.number,
  timeFormatLocale: locale?.time,
});
