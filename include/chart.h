/* Plots as SVG text, made with libxml2's writer: real <text> that can be selected, a <title> with
 * the exact value on every mark, role="img", a label and a description for screen readers. Pure and
 * independent of the locale: data in, a string out; same data, same bytes.
 *
 * Size. The SVG has a viewBox and no size: it fills the width of its container. Type is 13 units,
 * the caption 16. Drawn 440 wide (the default) that is 10.6 px on a phone of 360 px and 19 px in a
 * column of 640 px; `svg.chart { max-width: 36rem }` in the page keeps it at 17.
 *
 * Colour. The page may set these custom properties, for dark mode and for print as well:
 *   --chart-1 ... --chart-6  bars and lines; by default tones that read on white and on black
 *   --chart-ink              text, grid and axes; by default currentColor, the colour of the text
 *   --chart-font             the family; by default a system sans-serif */
#ifndef CHART_H
#define CHART_H

#include "chart_data.h"

/* Vertical bars: releases. Labels that would touch are turned; years are thinned out. */
char *chart_bars(const struct chart_spec *spec, const struct chart_series *series);
/* Lines over time: years, each series in their order; one to six series, named at the ends of their
 * lines where there is room, else above. Points belong together by their label; labels that are all
 * numbers are set to scale.
 */
char *chart_lines(const struct chart_spec *spec, const struct chart_series *series, guint count);
/* Horizontal bars with name, value and percent: shares of employers, top people. */
char *chart_shares(const struct chart_spec *spec, const struct chart_series *series);

#endif
