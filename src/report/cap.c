/* Common Alerting Protocol 1.2 (OASIS Standard 1 July 2010; ITU-T X.1303 bis; adopted as GB/T 35965.1-2018). Sections
 * are those of the OASIS text. The order of the elements is that of its schema (§3.4). */
#include "exchange.h"

#include "io/date.h"
#include "io/xml.h"

#include <string.h>

/* §3.3.2: no letter for the time zone, and UTC is written -00:00. */
static const char midnight[] = "T00:00:00-00:00";

/* Urgency, severity: §3.2.2. What is critical wants an answer at once, a warning soon; less is for planning. */
static const char *const urgencies[] = {"Unknown", "Future", "Future", "Expected", "Immediate"};
static const char *const severities[] = {"Unknown", "Minor", "Moderate", "Severe", "Extreme"};
/* Days until the next look, by grade: D quarterly, C and B between, A weekly (docs/concepts.md). */
static const int32_t days[] = {91, 91, 30, 7};

static void element(ssrc_buf *out, const char *indent, const char *name, const char *text)
{
	ssrc_buf_printf(out, "%s<%s>", indent, name);
	ssrc_xml_put(out, text);
	ssrc_buf_printf(out, "</%s>\n", name);
}

static void day_element(ssrc_buf *out, const char *indent, const char *name, int32_t day)
{
	ssrc_buf_printf(out, "%s<%s>", indent, name);
	ssrc_put_day(out, day, midnight);
	ssrc_buf_printf(out, "</%s>\n", name);
}

/* §3.2.1: no spaces, commas or restricted characters (< and &) in identifier and sender. */
static void put_sender(ssrc_buf *out, const char *sender)
{
	ssrc_buf_puts(out, "  <sender>");
	for (const char *p = sender; *p; p++) {
		bool fine = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
			    strchr("@._:/+-", *p);
		ssrc_buf_putc(out, fine ? *p : '-');
	}
	ssrc_buf_puts(out, "</sender>\n");
}

/* Likely if no value within the data gives another level; otherwise it may be lower or higher. */
static const char *certainty(const ssrc_item_result *r)
{
	return r->level_low == r->level_high ? "Likely" : "Possible";
}

static const char *category(const char *kind)
{
	static const char *const infrastructure[] = {"good", "software", "service", "capital"};
	for (size_t i = 0; i < sizeof infrastructure / sizeof *infrastructure; i++)
		if (strcmp(kind, infrastructure[i]) == 0)
			return "Infra";
	return "Other";
}

static void put_filled(ssrc_buf *out, const char *name, ssrc_text_id id, ssrc_lang lang, const char *const *args)
{
	char text[1200];
	ssrc_text_fill(text, sizeof text, ssrc_text(id, lang), args, 4);
	element(out, "    ", name, text);
}

static void put_parameter(ssrc_buf *out, const char *name, const char *value)
{
	ssrc_buf_puts(out, "    <parameter>\n");
	element(out, "      ", "valueName", name);
	element(out, "      ", "value", value);
	ssrc_buf_puts(out, "    </parameter>\n");
}

static void put_area(ssrc_buf *out, const ssrc_assessment *a, ssrc_lang lang)
{
	ssrc_buf_puts(out, "    <area>\n      <areaDesc>");
	bool first = true;
	for (uint32_t c = 0; a->home.party == SSRC_NONE && c < a->chain->n_countries; c++)
		if (a->home.is_country[c]) {
			if (!first)
				ssrc_buf_puts(out, lang == SSRC_LANG_ZH ? "、" : ", ");
			ssrc_xml_put(out, ssrc_country_name(a->chain->countries[c], lang));
			first = false;
		}
	if (first && a->home.party != SSRC_NONE)
		ssrc_xml_put(out, ssrc_name(a->chain->parties[a->home.party].name, a->chain->parties[a->home.party].id,
					    lang));
	else if (first)
		ssrc_xml_put(out, a->home.text);
	ssrc_buf_puts(out, "</areaDesc>\n");
	for (uint32_t c = 0; a->home.party == SSRC_NONE && c < a->chain->n_countries; c++)
		if (a->home.is_country[c]) {
			ssrc_buf_puts(out, "      <geocode>\n");
			element(out, "        ", "valueName", "ISO3166-1");
			element(out, "        ", "value", a->chain->countries[c]);
			ssrc_buf_puts(out, "      </geocode>\n");
		}
	ssrc_buf_puts(out, "    </area>\n");
}

static void put_texts(ssrc_buf *out, const ssrc_assessment *a, uint32_t item, ssrc_lang lang)
{
	const ssrc_item_result *r = &a->items[item];
	const ssrc_item *it = &a->chain->items[item];
	char level[24], grade[2] = {ssrc_grade_letter(r->grade), 0};
	ssrc_put_level(level, r, true);
	const char *args[] = {ssrc_name(it->name, it->id, lang), level,
			      ssrc_text((ssrc_text_id)(SSRC_T_W_LEVEL_0 + r->level), lang), grade};
	element(out, "    ", "senderName", ssrc_text(SSRC_T_X_SENDER, lang));
	put_filled(out, "headline", SSRC_T_X_HEADLINE, lang, args);
	ssrc_buf reason;
	ssrc_buf_init(&reason, a->ctx);
	ssrc_put_reason(&reason, a, item, lang);
	out->failed |= reason.failed;
	if (!reason.failed && reason.len)
		element(out, "    ", "description", reason.data);
	ssrc_buf_clear(&reason);
	put_filled(out, "instruction", SSRC_T_X_INSTRUCTION, lang, (const char *[]){it->id, a->home.text, "", ""});
}

static void put_info(ssrc_buf *out, const ssrc_assessment *a, uint32_t item, ssrc_lang lang)
{
	const ssrc_item_result *r = &a->items[item];
	const ssrc_item *it = &a->chain->items[item];
	char text[2] = {(char)('0' + r->level), 0}, grade[2] = {ssrc_grade_letter(r->grade), 0};
	ssrc_buf_puts(out, "  <info>\n");
	element(out, "    ", "language", lang == SSRC_LANG_ZH ? "zh-CN" : "en-US");
	element(out, "    ", "category", category(it->kind));
	element(out, "    ", "event", ssrc_text(SSRC_T_X_EVENT, lang));
	element(out, "    ", "responseType", r->level >= 3 ? "Prepare" : "Monitor");
	element(out, "    ", "urgency", urgencies[r->level]);
	element(out, "    ", "severity", severities[r->level]);
	element(out, "    ", "certainty", certainty(r));
	day_element(out, "    ", "onset", a->chain->as_of);
	day_element(out, "    ", "expires", a->chain->as_of + days[r->grade < 0 ? 2 : r->grade]);
	put_texts(out, a, item, lang);
	put_parameter(out, "secondsource:item", it->id);
	put_parameter(out, "secondsource:level", text);
	put_parameter(out, "secondsource:grade", grade);
	put_area(out, a, lang);
	ssrc_buf_puts(out, "  </info>\n");
}

bool ssrc_report_cap_due(const ssrc_assessment *a, uint32_t item, const ssrc_exchange_options *options)
{
	int least = options->min_level < 1 ? 1 : options->min_level;
	return a->items[item].level >= least;
}

/* The same package, home, item and day: the same alert. */
static void put_identifier(ssrc_buf *out, const ssrc_assessment *a, uint32_t item, const ssrc_exchange_options *options)
{
	char hex[65];
	ssrc_buf key;
	ssrc_buf_init(&key, a->ctx);
	ssrc_buf_printf(&key, "%s\n%s\n%s\n%d\n", ssrc_package_name(a->chain->package), a->home.text,
			a->chain->items[item].id, (int)options->status);
	ssrc_put_day(&key, a->chain->as_of, "");
	ssrc_hash hash = ssrc_hash_bytes(key.failed ? "" : key.data, key.failed ? 0 : key.len);
	ssrc_hash_hex(&hash, hex);
	out->failed |= key.failed;
	ssrc_buf_clear(&key);
	ssrc_buf_printf(out, "  <identifier>secondsource-%.32s</identifier>\n", hex);
}

ssrc_status ssrc_report_cap(ssrc_buf *out, const ssrc_assessment *a, uint32_t item,
			    const ssrc_exchange_options *options, ssrc_error *err)
{
	static const char *const statuses[] = {"Draft", "Actual", "Exercise"};
	ssrc_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			   "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n");
	put_identifier(out, a, item, options);
	put_sender(out, options->sender && *options->sender ? options->sender : "secondsource");
	day_element(out, "  ", "sent", a->chain->as_of);
	element(out, "  ", "status", statuses[options->status]);
	element(out, "  ", "msgType", "Alert");
	/* §3.2.1: an analysis goes to those it is sent to, not to everybody. */
	element(out, "  ", "scope", "Restricted");
	element(out, "  ", "restriction", ssrc_text(SSRC_T_X_RESTRICTION, SSRC_LANG_EN));
	if (a->items[item].level >= 1) {
		put_info(out, a, item, SSRC_LANG_EN);
		put_info(out, a, item, SSRC_LANG_ZH);
	}
	ssrc_buf_puts(out, "</alert>\n");
	return out->failed ? ssrc_no_memory(err) : SSRC_OK;
}

void ssrc_put_day(ssrc_buf *out, int32_t day, const char *clock)
{
	char text[11];
	ssrc_date_format(day, text);
	ssrc_buf_printf(out, "%s%s", text, clock);
}
