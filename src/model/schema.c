#include "schema.h"

#include <string.h>

#define ID(name, en, zh)                                                                                               \
	{                                                                                                              \
		name, SSRC_COL_ID, true, NULL, 0, 0, NULL, en, zh                                                      \
	}
#define REF(name, req, of, en, zh)                                                                                     \
	{                                                                                                              \
		name, SSRC_COL_REF, req, of, 0, 0, NULL, en, zh                                                        \
	}
#define REFS(name, of, en, zh)                                                                                         \
	{                                                                                                              \
		name, SSRC_COL_REF_LIST, false, of, 0, 0, NULL, en, zh                                                 \
	}
#define TEXT(name, req, en, zh)                                                                                        \
	{                                                                                                              \
		name, SSRC_COL_TEXT, req, NULL, 0, 0, NULL, en, zh                                                     \
	}
#define ENUM(name, req, of, en, zh)                                                                                    \
	{                                                                                                              \
		name, SSRC_COL_ENUM, req, of, 0, 0, NULL, en, zh                                                       \
	}
#define LABEL(name, req, en, zh)                                                                                       \
	{                                                                                                              \
		name, SSRC_COL_LABEL, req, NULL, 0, 0, NULL, en, zh                                                    \
	}
#define NUM(name, lo, hi, unit, en, zh)                                                                                \
	{                                                                                                              \
		name, SSRC_COL_NUMBER, false, NULL, lo, hi, unit, en, zh                                               \
	}
#define NUMREQ(name, lo, hi, unit, en, zh)                                                                             \
	{                                                                                                              \
		name, SSRC_COL_NUMBER, true, NULL, lo, hi, unit, en, zh                                                \
	}
#define DATE(name, req, en, zh)                                                                                        \
	{                                                                                                              \
		name, SSRC_COL_DATE, req, NULL, 0, 0, NULL, en, zh                                                     \
	}
#define TYPED(name, type, req, en, zh)                                                                                 \
	{                                                                                                              \
		name, type, req, NULL, 0, 0, NULL, en, zh                                                              \
	}
#define WEEKS(name, en, zh) NUM(name, 0, 5200, "weeks", en, zh)
#define PERCENT(name, en, zh) NUM(name, 0, 100, "%", en, zh)
#define FRACTION(name, en, zh) NUM(name, 0, 1, "", en, zh)
#define COMMON                                                                                                         \
	REFS("source", "sources", "where the row's numbers come from", "数据来源"),                                    \
		ENUM("evidence", false, "observed|estimated|assumed", "how good the weakest number is",                \
		     "证据类型(observed 观测、estimated 估计、assumed 假设)"),                                         \
		DATE("valid_from", false, "first day on which the row holds", "生效首日"),                             \
		DATE("valid_to", false, "first day on which it no longer holds", "失效首日"),                          \
		TEXT("note", false, "free words", "备注")

static const ssrc_column sources[] = {
	ID("source", "id of the source", "来源编号"),
	TEXT("title", true, "title, or what it is", "标题"),
	TEXT("publisher", false, "who published it", "发布者"),
	TEXT("url", false, "address", "网址"),
	DATE("published", false, "date of publication", "发布日期"),
	DATE("retrieved", false, "date of reading", "查阅日期"),
	ENUM("grade", false, "A|B|C|D|E", "A primary, B official summary, C research, D press or digest, E judgement",
	     "A 一手、B 官方摘要、C 研究、D 媒体或摘编、E 判断"),
	TEXT("licence", false, "licence of the source's data", "数据许可"),
};

static const ssrc_column tiers[] = {
	ID("tier", "id of the tier", "层级编号"),
	NUMREQ("order", 0, 1000, "", "position from upstream to downstream", "从上游到下游的次序"),
	TEXT("name_en", true, "English name", "英文名"),
	TEXT("name_zh", true, "Chinese name", "中文名"),
};

static const ssrc_column items[] = {
	ID("item", "id of the item", "环节编号"),
	REF("tier", true, "tiers", "layer of the chain", "所属层级"),
	ENUM("kind", true, "good|software|technology|service|weights|data|capital|standard|talent", "what it is",
	     "类别"),
	TEXT("name_en", true, "English name", "英文名"),
	TEXT("name_zh", false, "Chinese name", "中文名"),
	REF("variant_of", false, "items", "the group this is one variant of (not an input of it)",
	    "所属大类(不是其投入)"),
	TEXT("unit", false, "unit of use", "计量单位"),
	NUM("use_per_week", 0, 1e15, "unit/week", "home use", "本方每周用量"),
	WEEKS("stock_weeks_low", "weeks of use that the users of the item hold, low; for services the weeks it runs on",
	      "用户库存可支撑周数下限;服务类为停供后可继续运行周数"),
	WEEKS("stock_weeks_high", "the same, high", "同上,上限"),
	WEEKS("recovery_weeks_low", "weeks until lost supply of the largest maker or country is back or replaced, low",
	      "最大供方断供后恢复或替代所需周数下限"),
	WEEKS("recovery_weeks_high", "the same, high", "同上,上限"),
	WEEKS("transit_weeks_low", "weeks that deliveries are under way, low; blank counts as none",
	      "在途周数下限;空白按无计"),
	WEEKS("transit_weeks_high", "the same, high", "同上,上限"),
	WEEKS("shelf_weeks", "weeks that the stock keeps; blank = it keeps", "库存保质周数;空白为长期"),
	TYPED("product", SSRC_COL_YES, false, "yes for what a home delivers", "本方最终产出填 yes"),
	NUM("value_per_week", 0, 1e15, "million currency/week", "home output value", "本方每周产值(百万货币单位)"),
	COMMON,
};

static const ssrc_column item_codes[] = {
	REF("item", true, "items", "the item", "环节"),
	LABEL("scheme", true, "HS, ECCN, CN-DU, NAICS …", "编码体系"),
	LABEL("code", true, "the code", "编码"),
	LABEL("scheme_version", false, "edition of the scheme", "版本"),
	COMMON,
};

static const ssrc_column needs[] = {
	REF("item", true, "items", "what needs", "需求方环节"),
	REF("input", true, "items", "what is needed", "投入环节"),
	ENUM("essential", true, "critical|important|optional|capital",
	     "critical: no output without it; important: half; optional: none lost; capital: needed to grow or replace "
	     "capacity, not to run what is installed",
	     "critical 缺之停产;important 减半;optional 不减;capital 仅扩产或更新所需"),
	LABEL("any_of", false, "rows of one item with the same label replace each other",
	      "同一环节下标签相同者可互相替代"),
	NUM("per_unit", 0, 1e15, "", "input units for one unit", "单位用量"),
	COMMON,
};

static const ssrc_column parties[] = {
	ID("party", "id of the party", "主体编号"),
	ENUM("kind", true, "firm|lab|university|agency|project|person|fund", "what it is", "类别"),
	TEXT("name_en", true, "English name", "英文名"),
	TEXT("name_zh", false, "Chinese name", "中文名"),
	TYPED("site", SSRC_COL_COUNTRY_LIST, false, "where it makes things; blank = as hq", "生产所在地;空白同总部"),
	TYPED("hq", SSRC_COL_COUNTRY, false, "country of the headquarters", "总部所在地"),
	TYPED("parent", SSRC_COL_PARENT, false, "parent party or country; blank = itself", "母公司或其国别;空白为自身"),
	TYPED("lei", SSRC_COL_LEI, false, "legal entity identifier", "法人识别编码"),
	REF("same_as", false, "parties", "this row is the same party as that one (a merge that can be undone)",
	    "与该主体相同(可撤销的合并)"),
	COMMON,
};

static const ssrc_column names[] = {
	REF("party", true, "parties", "the party", "主体"),
	TEXT("name", true, "another name", "其他名称"),
	LABEL("language", false, "language tag", "语言"),
	ENUM("strength", false, "strong|weak", "weak names may inform but not decide", "weak 仅供参考"),
	COMMON,
};

static const ssrc_column ownership[] = {
	REF("owner", true, "parties", "who owns", "持有人"),
	REF("asset", true, "parties", "what is owned", "被持有主体"),
	PERCENT("percent_low", "direct share, low", "直接持股比例下限"),
	PERCENT("percent_high", "the same, high", "同上,上限"),
	COMMON,
};

static const ssrc_column shares[] = {
	REF("item", true, "items", "what is supplied", "环节"),
	TYPED("provider", SSRC_COL_PROVIDER, true,
	      "party, country, joint holding a+b+c of the largest (a concentration ratio), or various (fragmented)",
	      "主体、国别、前几名合计 a+b+c,或 various(分散)"),
	ENUM("basis", true, "site|hq|parent|origin", "which location a country share is measured by", "国别口径"),
	TYPED("market", SSRC_COL_COUNTRY, false, "the market of that country; blank = world", "所在市场;空白为全球"),
	LABEL("metric", false, "what it is a share of", "指标口径"),
	PERCENT("share_low", "share, low; blank = supplies, share unknown", "份额下限;空白为有供应但份额未知"),
	PERCENT("share_high", "the same, high", "同上,上限"),
	TYPED("year", SSRC_COL_YEAR, false, "year it describes", "年份"),
	ENUM("use", false, "main|context",
	     "main: the set to compute with where several fit; context: shown, never computed with",
	     "main 为优先用于计算的一组;context 仅展示不参与计算"),
	COMMON,
};

static const ssrc_column alternates[] = {
	REF("item", true, "items", "what is replaced", "被替代环节"),
	REF("alternate", true, "items|parties", "what replaces it", "替代环节或主体"),
	REF("for_item", false, "items", "only for this consumer", "仅用于该下游"),
	TYPED("market", SSRC_COL_COUNTRY_LIST, false, "only for these homes; blank = any", "仅适用于这些本方;空白不限"),
	FRACTION("performance_gap_low", "loss of performance, low", "性能差距下限"),
	FRACTION("performance_gap_high", "the same, high", "同上,上限"),
	FRACTION("ecosystem_gap_low", "missing ecosystem, low", "生态差距下限"),
	FRACTION("ecosystem_gap_high", "the same, high", "同上,上限"),
	FRACTION("integration_gap_low", "difficulty of integration, low", "集成难度下限"),
	FRACTION("integration_gap_high", "the same, high", "同上,上限"),
	ENUM("state", true, "identified|sampling|qualified|in_use", "only qualified and in_use count as cover",
	     "仅 qualified、in_use 计入替代能力"),
	WEEKS("weeks_low", "time to bring it on line, low", "上线所需周数下限"),
	WEEKS("weeks_high", "the same, high", "同上,上限"),
	PERCENT("share_low", "part of the need it covers then, low", "可覆盖需求比例下限"),
	PERCENT("share_high", "the same, high", "同上,上限"),
	COMMON,
};

static const ssrc_column options[] = {
	ID("option", "id of the option", "备份选项编号"),
	ENUM("kind", true, "qualify|stockpile|develop|redesign|pool|demand_pull", "what one buys", "类别"),
	REF("item", true, "items", "the item it protects", "所保环节"),
	TEXT("name_en", true, "English name", "英文名"),
	TEXT("name_zh", false, "Chinese name", "中文名"),
	REF("provider", false, "parties", "who supplies then", "供方"),
	NUM("fixed_cost_low", 0, 1e12, "million currency", "one-off cost, low", "一次性成本下限"),
	NUM("fixed_cost_high", 0, 1e12, "million currency", "the same, high", "同上,上限"),
	NUM("unit_cost", 0, 1e12, "million currency/week of use", "cost of one week of home use covered",
	    "覆盖一周用量的成本"),
	NUM("holding_cost", 0, 1000, "% of value/year", "cost of holding", "持有成本"),
	WEEKS("lead_weeks_low", "until ready, low", "就绪周数下限"),
	WEEKS("lead_weeks_high", "the same, high", "同上,上限"),
	NUM("capacity", 0, 1000, "% of home need", "what it covers once ready", "就绪后覆盖比例"),
	FRACTION("success_low", "odds of success, low", "成功率下限"),
	FRACTION("success_high", "the same, high", "同上,上限"),
	WEEKS("shelf_weeks", "shelf life", "保质期"),
	FRACTION("performance_gap", "loss of performance", "性能差距"),
	REFS("requires", "options", "options needed with it", "需同时选择"),
	REFS("excludes", "options", "options that rule it out", "互斥选项"),
	COMMON,
};

static const ssrc_column attributes[] = {
	REF("item", false, "items", "the item …", "环节"),
	REF("party", false, "parties", "… or the party", "或主体"),
	LABEL("attribute", true, "what control rules test", "属性"),
	NUM("value_low", -1e300, 1e300, "", "value, low", "数值下限"),
	NUM("value_high", -1e300, 1e300, "", "the same, high", "同上,上限"),
	TEXT("unit", false, "unit", "单位"),
	COMMON,
};

static const ssrc_column series[] = {
	ID("series", "id of the series", "序列编号"),
	REF("item", false, "items", "the item it watches", "所监测环节"),
	TEXT("what", true, "what is measured", "指标"),
	TEXT("unit", false, "unit", "单位"),
	ENUM("frequency", true, "day|week|month|quarter|half-year|year|event", "how often", "频率"),
	COMMON,
};

static const ssrc_column observations[] = {
	REF("series", true, "series", "the series", "序列"),
	DATE("date", true, "date", "日期"),
	NUM("value", -1e300, 1e300, "", "value; blank = no data", "数值;空白为无数据"),
	COMMON,
};

static const ssrc_column events[] = {
	ID("event", "id of the event", "事件编号"),
	DATE("date", true, "when it happened", "日期"),
	ENUM("kind", true,
	     "control|listing|tariff|licence|suspension|investigation|disaster|accident|outage|conflict|price|capacity|"
	     "policy",
	     "what it is", "类别"),
	TEXT("title_en", true, "English title", "英文标题"),
	TEXT("title_zh", false, "Chinese title", "中文标题"),
	REFS("item", "items", "items it touches", "涉及环节"),
	REFS("party", "parties", "parties it touches", "涉及主体"),
	TYPED("country", SSRC_COL_COUNTRY_LIST, false, "issuer or place", "发布方或发生地"),
	TYPED("target", SSRC_COL_TARGET_LIST, false, "countries it is aimed at, EU, or all", "对象国别、EU 或 all"),
	LABEL("measure", false, "short id of the act", "措施简称"),
	ENUM("direction", false, "tighten|ease|neutral", "which way it moves", "方向"),
	COMMON,
};

static const ssrc_column accepted[] = {
	LABEL("finding", true, "code of the finding, as check prints it", "检查发现的代码"),
	LABEL("file", true, "file it is in", "所在文件"),
	TEXT("about", true, "first argument of the finding (the id, the cell)", "发现所指对象"),
	TEXT("reason_en", true, "why it is accepted", "接受理由(英文)"),
	TEXT("reason_zh", false, "the same in Chinese", "接受理由(中文)"),
};

#define FILE_ROW(columns, required, fact, dated, key, en, zh)                                                          \
	{                                                                                                              \
#columns, required, fact, dated, key, en, zh, columns, sizeof columns / sizeof *columns                \
	}

const ssrc_file_schema ssrc_schema[SSRC_FILE_COUNT] = {
	FILE_ROW(sources, false, false, false, "source", "Where the numbers come from.", "数据来源。"),
	FILE_ROW(tiers, true, false, false, "tier", "The layers of the chain.", "产业链层级。"),
	FILE_ROW(items, true, true, false, "item", "Goods, software, services, data … that something needs.",
		 "环节:货物、软件、服务、数据等。"),
	FILE_ROW(item_codes, false, true, false, "item,scheme,code,scheme_version",
		 "Codes of the items in trade and control nomenclatures.", "贸易与管制目录编码。"),
	FILE_ROW(needs, false, true, false, "item,input,any_of", "What each item needs.", "环节之间的需求关系。"),
	FILE_ROW(parties, false, true, false, "party", "Firms, laboratories, agencies.", "主体:企业、机构等。"),
	FILE_ROW(names, false, true, false, "party,name", "Other names of the parties.", "主体的其他名称。"),
	FILE_ROW(ownership, false, true, false, "owner,asset", "Who owns whom, directly.", "直接持股关系。"),
	FILE_ROW(shares, false, true, true, "item,provider,basis,market,metric,year",
		 "Who supplies what share. Rows with the same item, basis, market, metric and year form one share set.",
		 "供应份额。环节、口径、市场、指标、年份相同的行构成一组。"),
	FILE_ROW(alternates, false, true, false, "item,alternate,for_item,market,state",
		 "What can replace an item, how well and how soon.", "替代项及其差距和时间。"),
	FILE_ROW(options, false, true, false, "option", "Backups one can buy before a cut.",
		 "断供前可购买的备份选项。"),
	FILE_ROW(attributes, false, true, false, "item,party,attribute", "Technical figures that control rules test.",
		 "管制规则所涉技术参数。"),
	FILE_ROW(series, false, true, false, "series", "Time series to watch.", "监测序列。"),
	FILE_ROW(observations, false, true, false, "series,date", "Their values.", "序列数值。"),
	FILE_ROW(events, false, true, false, "event", "Dated facts: control measures, disasters, outages, prices.",
		 "带日期的事实:管制措施、灾害、停供、价格等。"),
	FILE_ROW(accepted, false, false, false, "finding,file,about",
		 "Findings of check that the authors have looked at and accept, with the reason.",
		 "作者已核实并接受的检查发现及理由。"),
};

uint32_t ssrc_schema_column(ssrc_file_id file, const char *name)
{
	for (uint32_t c = 0; c < ssrc_schema[file].n_columns; c++)
		if (strcmp(ssrc_schema[file].columns[c].name, name) == 0)
			return c;
	return SSRC_NONE;
}

ssrc_file_id ssrc_schema_file(const char *name)
{
	size_t len = strlen(name);
	if (len > 4 && strcmp(name + len - 4, ".csv") == 0)
		len -= 4;
	int f = 0;
	while (f < SSRC_FILE_COUNT && !ssrc_text_equal(name, len, ssrc_schema[f].name))
		f++;
	return (ssrc_file_id)f;
}

static const char *type_text(const ssrc_column *column)
{
	switch (column->type) {
	case SSRC_COL_ID: return "id";
	case SSRC_COL_REF: return "reference";
	case SSRC_COL_REF_LIST: return "references, `;`";
	case SSRC_COL_TEXT: return "text";
	case SSRC_COL_ENUM: return "word";
	case SSRC_COL_LABEL: return "label";
	case SSRC_COL_NUMBER: return "number";
	case SSRC_COL_YEAR: return "year";
	case SSRC_COL_DATE: return "date";
	case SSRC_COL_COUNTRY: return "country";
	case SSRC_COL_COUNTRY_LIST: return "countries, `;`";
	case SSRC_COL_TARGET_LIST: return "countries, `;`";
	case SSRC_COL_PARENT: return "party or country";
	case SSRC_COL_PROVIDER: return "provider";
	case SSRC_COL_YES: return "yes or blank";
	case SSRC_COL_LEI: return "LEI";
	}
	return "";
}

static void put_range(ssrc_buf *out, const ssrc_column *column)
{
	char low[32], high[32];
	if (column->type == SSRC_COL_NUMBER && column->min > -1e299) {
		ssrc_format_number(low, column->min);
		ssrc_format_number(high, column->max);
		ssrc_buf_printf(out, " %s–%s", low, high);
	}
	if (column->unit && *column->unit)
		ssrc_buf_printf(out, " %s", column->unit);
	if (column->type == SSRC_COL_ENUM || column->type == SSRC_COL_REF || column->type == SSRC_COL_REF_LIST) {
		ssrc_buf_puts(out, column->type == SSRC_COL_ENUM ? ": " : " to ");
		for (const char *p = column->of; *p; p++)
			ssrc_buf_puts(out, *p == '|' ? ", " : (char[]){*p, 0});
	}
}

void ssrc_schema_write_markdown(ssrc_buf *out)
{
	for (int f = 0; f < SSRC_FILE_COUNT; f++) {
		const ssrc_file_schema *file = &ssrc_schema[f];
		ssrc_buf_printf(out, "\n### `%s.csv`%s\n\n%s\n\n%s\n\nA row is named by: `%s`.\n\n", file->name,
				file->required ? " (required)" : "", file->doc_en, file->doc_zh, file->key);
		ssrc_buf_puts(out, "| column | kind | meaning | 含义 |\n|---|---|---|---|\n");
		uint32_t own = file->fact ? ssrc_schema_common((ssrc_file_id)f) : file->n_columns;
		for (uint32_t c = 0; c < own; c++) {
			const ssrc_column *column = &file->columns[c];
			ssrc_buf_printf(out, "| `%s`%s | %s", column->name, column->required ? " *" : "",
					type_text(column));
			put_range(out, column);
			ssrc_buf_printf(out, " | %s | %s |\n", column->doc_en, column->doc_zh);
		}
		if (file->fact)
			ssrc_buf_puts(out, "\nThen the common columns.\n");
	}
}
