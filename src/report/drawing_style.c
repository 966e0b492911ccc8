/* Colours and rules of pictures. Contrasts are checked by tests/unit/test_figures_basic.c. */
#include "drawing.h"

/* Levels, categories (Okabe and Ito, the darker ones first) and cividis, from which text on a step follows: white on
 * the dark half, black on the light one. In the dark, the scale runs the other way, so that "most" stays far from the
 * page. */
static const char light[] = "--ink:#1A1F26;--paper:#FFFFFF;--muted:#56606B;--grid:#DDE2E8;--shade:#EEF1F4;"
			    "--level-0:#FFFFFF;--level-1:#0072B2;--level-2:#F0C000;--level-3:#E07B00;--level-4:#B3002D;"
			    "--unknown:#8A929C;"
			    "--series-1:#0072B2;--series-2:#D55E00;--series-3:#009E73;--series-4:#CC79A7;"
			    "--series-5:#E69F00;--series-6:#56B4E9;--series-7:#F0E442;"
			    "--scale-0:#FFEA46;--scale-1:#E0CC5D;--scale-2:#BCAF6E;--scale-3:#9C9576;--scale-4:#7D7C76;"
			    "--scale-5:#60646F;--scale-6:#404D6C;--scale-7:#07366E;--scale-8:#00204D;"
			    "--on-scale-0:#000000;--on-scale-1:#000000;--on-scale-2:#000000;--on-scale-3:#000000;"
			    "--on-scale-4:#000000;--on-scale-5:#FFFFFF;--on-scale-6:#FFFFFF;--on-scale-7:#FFFFFF;"
			    "--on-scale-8:#FFFFFF";
static const char dark[] = "--ink:#E8ECF0;--paper:#12161C;--muted:#A3AEBA;--grid:#2E3640;--shade:#20262E;"
			   "--level-0:#12161C;--level-1:#0072B2;--level-2:#F0C000;--level-3:#E07B00;--level-4:#B3002D;"
			   "--unknown:#8A929C;"
			   "--series-1:#3A93D0;--series-2:#D55E00;--series-3:#009E73;--series-4:#CC79A7;"
			   "--series-5:#E69F00;--series-6:#56B4E9;--series-7:#F0E442;"
			   "--scale-0:#00204D;--scale-1:#07366E;--scale-2:#404D6C;--scale-3:#60646F;--scale-4:#7D7C76;"
			   "--scale-5:#9C9576;--scale-6:#BCAF6E;--scale-7:#E0CC5D;--scale-8:#FFEA46;"
			   "--on-scale-0:#FFFFFF;--on-scale-1:#FFFFFF;--on-scale-2:#FFFFFF;--on-scale-3:#FFFFFF;"
			   "--on-scale-4:#000000;--on-scale-5:#000000;--on-scale-6:#000000;--on-scale-7:#000000;"
			   "--on-scale-8:#000000";

static const char style[] =
	".fig{display:block}\n"
	"@media print{.fig{max-width:100%;height:auto}}\n"
	".fig text{font:13px system-ui,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,\"Noto Sans\",\"PingFang SC\","
	"\"Microsoft YaHei\",\"Noto Sans CJK SC\",\"Noto Sans SC\",sans-serif;fill:var(--ink);"
	"font-variant-numeric:tabular-nums}\n"
	".fig .tick,.fig .note{font-size:12px;fill:var(--muted)}\n"
	".fig .tick.ink{fill:var(--ink)}\n"
	".fig .strong{font-weight:600}\n"
	".fig .head{font-size:16px;font-weight:600}\n"
	".fig .glyph{font-size:12px;font-weight:700}\n"
	".fig .on-light{fill:#000000}\n"
	".fig .on-dark{fill:#FFFFFF}\n"
	".fig .halo{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}\n"
	".fig .paper{fill:var(--paper)}\n"
	".fig .plain{fill:var(--paper);stroke:var(--muted)}\n"
	".fig .grid{stroke:var(--grid);fill:none}\n"
	".fig .axis{stroke:var(--muted)}\n"
	".fig .rule{stroke:var(--muted);stroke-width:1.5px;stroke-dasharray:5 4}\n"
	".fig .whisker{stroke:var(--ink);stroke-width:1.5px}\n"
	".fig .gap{stroke:var(--ink);stroke-width:4px;stroke-opacity:.3}\n"
	".fig .gap-covered{stroke:var(--muted);stroke-width:1.5px;stroke-dasharray:2 3}\n"
	".fig .spread{stroke:var(--muted);stroke-width:1px}\n"
	".fig .dashed{stroke-dasharray:4 3}\n"
	".fig .link{stroke:var(--muted);stroke-width:1.5px}\n"
	".fig .thin{stroke-width:1px}\n"
	".fig .dotted{stroke-dasharray:1.5 3}\n"
	".fig .quiet{stroke-opacity:.45}\n"
	".fig .chosen{stroke:var(--ink);stroke-width:2px}\n"
	".fig .ring{fill:none;stroke:var(--ink);stroke-width:2px}\n"
	".fig .ink{fill:var(--ink)}\n"
	".fig .muted{fill:var(--muted)}\n"
	".fig .shade{fill:var(--shade)}\n"
	".fig .stripe{fill:var(--unknown)}\n"
	".fig .hatch{stroke:var(--muted)}\n"
	".fig .band-half{fill:var(--series-1);fill-opacity:.45}\n"
	".fig .band-most{fill:var(--series-1);fill-opacity:.2}\n"
	".fig [class*=level-]{stroke:var(--ink);stroke-width:1.5px}\n"
	".fig [class*=series-]{stroke:var(--ink);stroke-width:1px}\n"
	".fig [class*=line-]{stroke-width:2.5px;fill:none}\n"
	".fig rect[class*=scale-]{stroke:var(--muted);stroke-width:1px}\n"
	".fig .level-unknown{fill:var(--unknown)}\n"
#define FILL(name, n) ".fig ." name "-" n "{fill:var(--" name "-" n ")}\n"
#define LINE(n) ".fig .line-" n "{stroke:var(--series-" n ")}\n"
	FILL("level", "0") FILL("level", "1") FILL("level", "2") FILL("level", "3") FILL("level", "4")
		FILL("series", "1") FILL("series", "2") FILL("series", "3") FILL("series", "4") FILL("series", "5")
			FILL("series", "6") FILL("series", "7") LINE("1") LINE("2") LINE("3") LINE("4") LINE("5")
				LINE("6") LINE("7") FILL("scale", "0") FILL("scale", "1") FILL("scale", "2")
					FILL("scale", "3") FILL("scale", "4") FILL("scale", "5") FILL("scale", "6")
						FILL("scale", "7") FILL("scale", "8") FILL("on-scale", "0")
							FILL("on-scale", "1") FILL("on-scale", "2")
								FILL("on-scale", "3") FILL("on-scale", "4")
									FILL("on-scale", "5") FILL("on-scale", "6")
										FILL("on-scale", "7")
											FILL("on-scale", "8");

const char *ssrc_drawing_style(void)
{
	return style;
}

const char *ssrc_drawing_colours(bool in_the_dark)
{
	return in_the_dark ? dark : light;
}
