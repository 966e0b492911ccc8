#include "cli.h"

const cli_option cli_options[OPT_COUNT] = {
	[OPT_ADVERSARY] = {"adversary",
			   "K",
			   NULL,
			   {"plan against the worst K of the scenarios at once (1 or 2)",
			    "针对最坏的 K 个情景同时发生来规划(1 或 2)"}},
	[OPT_AS_OF] = {"as-of",
		       "DATE",
		       NULL,
		       {"facts that hold on this day (default: today)", "采用该日有效的事实(默认今天)"}},
	[OPT_AVAILABILITY] = {"availability",
			      "SHARE",
			      NULL,
			      {"part of wall time in which the fleet trains (default: 85-95%)",
			       "集群实际训练的时间比例(默认 85-95%)"}},
	[OPT_BASIS] = {"basis",
		       "BASIS",
		       "site|hq|parent|origin",
		       {"how a maker counts for a country (default: hq)", "国别口径(默认 hq)"}},
	[OPT_BOM] = {"bom",
		     NULL,
		     NULL,
		     {"start CSV output with a byte-order mark, for spreadsheets", "CSV 输出以 BOM 开头(供电子表格)"}},
	[OPT_BUDGET] = {"budget", "MILLION", NULL, {"what may be spent in all", "总预算(百万)"}},
	[OPT_BY] = {"by",
		    "KEY",
		    "level|loss|growth|share|hhi",
		    {"order of the rows (default: level)", "排序依据(默认 level)"}},
	[OPT_CAP] = {"cap",
		     NULL,
		     NULL,
		     {"write CAP 1.2 alerts, one file for each item, into the folder --out",
		      "将 CAP 1.2 预警逐环节写入 --out 目录"}},
	[OPT_CAPACITY] = {"capacity",
			  "N",
			  NULL,
			  {"with --cflp: the capacity that the file leaves open", "与 --cflp 同用:文件未给出的容量"}},
	[OPT_CASE] = {"case",
		      "CASE",
		      "best|central|worst",
		      {"which end of every interval (default: central)", "取区间的哪一端(默认 central)"}},
	[OPT_CFLP] = {"cflp",
		      "FILE",
		      NULL,
		      {"solve a facility location problem of the OR-Library", "求解 OR-Library 设施选址问题"}},
	[OPT_CHECK_ONLY] = {"dry-run", NULL, NULL, {"check and report, write nothing", "只检查不写入"}},
	[OPT_CHIPS] = {"chips",
		       "LIST",
		       NULL,
		       {"the fleet: h100=16384,a100=1000; NAME=N@FLOP/s for other chips",
			"集群:h100=16384,a100=1000;其他芯片写作 名称=数量@FLOP/s"}},
	[OPT_CHIPS_AFTER] = {"chips-after",
			     "LIST",
			     NULL,
			     {"the fleet with the cut, written like --chips", "削减后的集群,写法同 --chips"}},
	[OPT_CLOUD_LOST] = {"cloud-lost",
			    "SHARE",
			    NULL,
			    {"part of the capacity that is rented and lost", "租用且失去的产能比例"}},
	[OPT_COLOR] = {"color",
		       "WHEN",
		       "auto|always|never",
		       {"colour the output (default: auto; NO_COLOR is honoured)", "是否着色(默认 auto)"}},
	[OPT_CSV] = {"csv", NULL, NULL, {"write CSV", "输出 CSV"}},
	[OPT_CUT] = {"cut",
		     "SHARE",
		     NULL,
		     {"compute: part of the fleet that is lost, 50% or 30-60%; stress and plan: what is cut, "
		      "country:NL, party:asml, item:eda, measure:ID, several separated by commas",
		      "compute 为失去的集群比例,如 50%、30-60%;stress 与 plan "
		      "为切断对象:country:NL、party:asml、item:eda、measure:ID,多个以逗号分隔"}},
	[OPT_CYCLONEDX] = {"cyclonedx",
			   NULL,
			   NULL,
			   {"write a CycloneDX 1.6 bill of materials", "输出 CycloneDX 1.6 物料清单"}},
	[OPT_DIRECT] = {"direct",
			NULL,
			NULL,
			{"direct shares instead of looked-through ones", "显示直接份额而非穿透份额"}},
	[OPT_DISCOUNT] = {"discount", "SHARE", NULL, {"a year, on spending and loss (default: 0)", "年贴现率(默认 0)"}},
	[OPT_DOT] = {"dot", NULL, NULL, {"write Graphviz DOT", "输出 Graphviz DOT"}},
	[OPT_EVALUATE] = {"evaluate",
			  "N",
			  NULL,
			  {"try the plan on N drawn futures: mean and 95 % interval",
			   "以 N 个抽样情形检验计划:均值与 95 % 区间"}},
	[OPT_EXCLUDE] = {"exclude",
			 "COUNTRIES",
			 NULL,
			 {"countries that are cut too: US,JP or EU", "一并断供的国家:US,JP 或 EU"}},
	[OPT_FAIL_ON] = {"fail-on",
			 "LEVEL",
			 "1|2|3|4",
			 {"exit 1 if a shown item is at or above this level", "若有环节达到该级别则以 1 退出"}},
	[OPT_FLOP] = {"flop", "C", NULL, {"compute of the run", "训练计算量"}},
	[OPT_FOCUS] = {"focus",
		       "ITEM",
		       NULL,
		       {"only what the item needs and what needs it", "只显示与该环节上下游相关的部分"}},
	[OPT_FOR] = {"for",
		     "ITEM",
		     NULL,
		     {"the user that needs the substitute (default: any)", "需要替代的用户环节(默认不限)"}},
	[OPT_FORCE] = {"force",
		       NULL,
		       NULL,
		       {"import although check finds errors (rows that cannot be read are lost)",
			"即使有错误也导入(无法读取的行会丢失)"}},
	[OPT_FORM] = {"form",
		      "FORM",
		      "leontief|strong|half|weak|linear",
		      {"how missing inputs limit output (default: half critical)",
		       "投入短缺如何限制产出(默认 half 半关键)"}},
	[OPT_FOR_WEEKS] = {"for-weeks",
			   "WEEKS",
			   NULL,
			   {"how long the cut lasts (default: compute for ever; stress and plan each item's recovery "
			    "time)",
			    "切断持续周数(默认:compute 为永久;stress、plan 为各环节恢复时间)"}},
	[OPT_FRACTION] = {"fraction",
			  "SHARE",
			  NULL,
			  {"part that is cut: 100%, 30-60% (default: all)", "切断比例:100%、30-60%(默认全部)"}},
	[OPT_FROM] = {"from",
		      "FORMAT",
		      "package|eto|cyclonedx|graphml",
		      {"format of the source (default: package)", "来源格式(默认 package)"}},
	[OPT_FROM_WEEK] = {"from-week", "WEEK", NULL, {"when the cut starts (default: 0)", "削减起始周(默认 0)"}},
	[OPT_FRONTIER] = {"frontier",
			  "N",
			  NULL,
			  {"least loss for N budgets from 0 up to --budget",
			   "从 0 到 --budget 的 N 个预算各自的最小损失"}},
	[OPT_GAP] = {"gap",
		     "SHARE",
		     NULL,
		     {"stop when proven this close (default: 0.001)", "证明的差距达到该值即停(默认 0.001)"}},
	[OPT_GOAL] = {"goal",
		      "GOAL",
		      "survive|budget|weighted",
		      {"survive: least cost; budget: least loss for a budget; weighted: least sum",
		       "survive 最低成本、budget 预算内最小损失、weighted 两者之和最小"}},
	[OPT_GRADE_AFTER] = {"grade-after",
			     NULL,
			     NULL,
			     {"also level, grade and loss with each substitute in use",
			      "并给出每项替代启用后的级别、分级和损失"}},
	[OPT_GRAPHML] = {"graphml", NULL, NULL, {"write GraphML", "输出 GraphML"}},
	[OPT_HELP] = {"help", NULL, NULL, {"show help", "显示帮助"}},
	[OPT_HOME] = {"home",
		      "HOME",
		      NULL,
		      {"whose exposure: CN, US, EU, JP,KR or a party id (default: of the package)",
		       "本方:CN、US、EU、JP,KR 或主体编号(默认取自数据包)"}},
	[OPT_ITEMS] = {"items",
		       "LIST",
		       NULL,
		       {"only these items, ids separated by commas", "仅限这些环节,编号以逗号分隔"}},
	[OPT_JSON] = {"json", NULL, NULL, {"write JSON", "输出 JSON"}},
	[OPT_KNOWN_AT] = {"known-at", "TIME", NULL, {"a study as it was known then", "按当时已记录的内容读取研究文件"}},
	[OPT_LANG] = {"lang",
		      "LANG",
		      "en|zh",
		      {"language (default: from LC_ALL, LC_MESSAGES, LANG)", "语言(默认取自环境变量)"}},
	[OPT_LEAST] =
		{"least",
		 "N",
		 NULL,
		 {"with --by loss: rows from the top for which the least coordinated loss is computed (default: 20, "
		  "0 = none)",
		  "与 --by loss 合用:自首行起计算最少协同损失的行数(默认 20,0 = 不计算)"}},
	[OPT_LIMITS] = {"limits",
			"LIST",
			NULL,
			{"inputs of chip supply: hbm=13e6/8,logic=2.9e6/2 (available / per chip)",
			 "芯片供应的投入:hbm=13e6/8,logic=2.9e6/2(可得量/单颗用量)"}},
	[OPT_LIST] = {"list", NULL, NULL, {"list the scenarios of the package", "列出数据包中的情景"}},
	[OPT_MAX_SHORTAGE] = {"max-shortage",
			      "WEEKS",
			      NULL,
			      {"weeks of output each product may lose in each scenario",
			       "每种产出在每个情景下可损失的产出周数"}},
	[OPT_MEMORY] = {"memory",
			"MIB",
			NULL,
			{"memory of the solver (default: 4096)", "求解器内存上限(默认 4096 MiB)"}},
	[OPT_MFU] = {"mfu", "SHARE", NULL, {"model FLOP utilisation (default: 35-40%)", "模型算力利用率(默认 35-40%)"}},
	[OPT_MIN_LEVEL] = {"min-level",
			   "LEVEL",
			   "1|2|3|4",
			   {"only items at or above this level", "只显示达到该级别的环节"}},
	[OPT_MISSING] = {"missing",
			 NULL,
			 NULL,
			 {"also show notes (missing and old data) and accepted findings",
			  "同时显示提示(缺失、过时数据)和已接受的发现"}},
	[OPT_MODE] = {"mode",
		      "MODE",
		      "run|grow",
		      {"running what is installed, or growing (default: run)", "维持运行或扩大产能(默认 run)"}},
	[OPT_NEAR] = {"near",
		      "SHARE",
		      NULL,
		      {"also show different plans within this of the best, such as 0.05",
		       "同时显示与最优相差在此比例内的其他计划,如 0.05"}},
	[OPT_NOTICE] = {"notice",
			"WEEKS",
			NULL,
			{"weeks between the plan and week 0 of the scenarios (default: 0)",
			 "从计划到情景第 0 周的周数(默认 0)"}},
	[OPT_NO_BEST] =
		{"no-best",
		 NULL,
		 NULL,
		 {"stress: leave out the best response; plan: leave out what binds and what one change would do",
		  "stress:不计算最优应对;plan:不计算约束与单项变化的影响"}},
	[OPT_OF] = {"of", "WHAT", "items|parties|countries", {"what to rank (default: items)", "排序对象(默认 items)"}},
	[OPT_OPTIMUM] = {"optimum",
			 "C",
			 NULL,
			 {"split C into parameters and tokens", "将计算量 C 分配为参数量与词元数"}},
	[OPT_COMPARE] = {"compare",
			 "FOLDER",
			 NULL,
			 {"an earlier brief: say what moved since", "先前的简报:列出此后的变动"}},
	[OPT_LANGS] = {"langs",
		       "LANGS",
		       "both|en|zh",
		       {"languages of the page (both, with a switch)", "页面语言(默认双语,可切换)"}},
	[OPT_REDACT] = {"redact", "WHAT", "names", {"put codes in place of the names of firms", "以代号替代企业名称"}},
	[OPT_OUT] = {"out", "PATH", NULL, {"where to write", "输出位置"}},
	[OPT_PARAMS] = {"params",
			"N",
			NULL,
			{"parameters, of a mixture of experts the active ones", "参数量(混合专家模型取激活参数)"}},
	[OPT_QUIET] = {"quiet", NULL, NULL, {"say nothing on standard error but errors", "除错误外不在标准错误输出"}},
	[OPT_RATION] = {"ration",
			"RULE",
			"proportional|priority|largest",
			{"who gets what is short (default: in proportion)", "短缺时的分配规则(默认按比例)"}},
	[OPT_RECOMPUTE] = {"recompute",
			   NULL,
			   NULL,
			   {"activations are computed again: 8 N D instead of 6 N D", "重算激活:8ND 代替 6ND"}},
	[OPT_REFILL] = {"refill",
			"SHARE",
			NULL,
			{"output above normal that refills stocks: 0.1 (default: 0)",
			 "用于补库的超常产出比例:0.1(默认 0)"}},
	[OPT_REPLICATES] = {"replicates",
			    "N",
			    NULL,
			    {"draws of which developments succeed, per scenario (default: all succeed)",
			     "每个情景下开发成败的抽样次数(默认均成功)"}},
	[OPT_RISK] = {"risk",
		      "WEIGHT",
		      NULL,
		      {"weight of the worst cases, 0 to 1 (default: 0)", "最坏情形的权重 0–1(默认 0)"}},
	[OPT_RUNS] = {"runs",
		      "N",
		      NULL,
		      {"random runs within the intervals (default: none)", "在区间内随机模拟的次数(默认无)"}},
	[OPT_SCALING] = {"scaling",
			 "S",
			 NULL,
			 {"a fleet cut to the part f trains at f^S of its speed (default: 1)",
			  "集群剩余比例 f 时速度为 f^S(默认 1)"}},
	[OPT_SCENARIO] = {"scenario",
			  "LIST",
			  NULL,
			  {"scenarios of the package, by id; all = every one", "数据包中的情景编号;all 为全部"}},
	[OPT_SEED] = {"seed", "N", NULL, {"seed of the random numbers (default: 1)", "随机数种子(默认 1)"}},
	[OPT_SENDER] = {"sender",
			"NAME",
			NULL,
			{"sender of the alerts, such as risk@example.org", "预警发送方,如 risk@example.org"}},
	[OPT_SMPS] = {"smps",
		      "NAME",
		      NULL,
		      {"solve a two-stage program: NAME.cor, NAME.tim, NAME.sto",
		       "求解两阶段规划:NAME.cor、NAME.tim、NAME.sto"}},
	[OPT_SOLVER] = {"solver",
			"NAME",
			NULL,
			{"highs, cbc, builtin or file:/path (default: the best that is here)",
			 "highs、cbc、builtin 或 file:/路径(默认可用的最佳者)"}},
	[OPT_STARTED] = {"started",
			 "LIST",
			 NULL,
			 {"replan: options already begun, ID=WEEKS-AGO, such as eda-second-flow=26",
			  "重新规划:已启动的选项,编号=已过周数,如 eda-second-flow=26"}},
	[OPT_STATUS] = {"status",
			"STATUS",
			"draft|actual|exercise",
			{"status of the alerts (default: draft)", "预警状态(默认 draft 草案)"}},
	[OPT_STEP] = {"step", "WEEKS", NULL, {"length of a step (default: 1)", "步长(默认 1 周)"}},
	[OPT_STIX] = {"stix", NULL, NULL, {"write a STIX 2.1 bundle", "输出 STIX 2.1 包"}},
	[OPT_STRICT] = {"strict",
			NULL,
			NULL,
			{"warnings that are not accepted count as errors", "未被接受的警告视为错误"}},
	[OPT_TAIL] = {"tail",
		      "SHARE",
		      NULL,
		      {"the worst cases are those beyond this (default: 0.9)", "最坏情形的分位起点(默认 0.9)"}},
	[OPT_THREADS] = {"threads",
			 "N",
			 NULL,
			 {"threads (default: all; the result is the same)", "线程数(默认全部;结果相同)"}},
	[OPT_TIER] = {"tier", "TIER", NULL, {"only items of this tier", "只显示该层级"}},
	[OPT_TIME] = {"time", "SECONDS", NULL, {"how long to search (default: 60)", "搜索时间上限(默认 60 秒)"}},
	[OPT_TLP] = {"tlp",
		     "COLOUR",
		     "amber|white|green|red",
		     {"who may see the STIX bundle (default: amber)", "STIX 包的共享范围(默认 amber)"}},
	[OPT_TOKENS] = {"tokens", "D", NULL, {"tokens of training data", "训练词元数"}},
	[OPT_TOP] = {"top", "N", NULL, {"only the first N rows (0 = all)", "只显示前 N 行(0 为全部)"}},
	[OPT_TRAINING_WEEKS] = {"training-weeks",
				"WEEKS",
				NULL,
				{"length of a training job for the multiplier of compute items (default: 12)",
				 "用于计算训练时间倍数的任务周数(默认 12)"}},
	[OPT_VERSION] = {"version", NULL, NULL, {"show the version", "显示版本"}},
	[OPT_VIEW] = {"view",
		      "VIEW",
		      "tiers|needs|country",
		      {"tiers: tree; needs: tree with inputs; country: who supplies what",
		       "tiers 树、needs 含投入、country 国别矩阵"}},
	[OPT_WAIT] = {"wait",
		      "SECONDS",
		      NULL,
		      {"how long to wait for another writer (default: 5)", "等待其他写入者的秒数(默认 5)"}},
	[OPT_WEEKS] = {"weeks",
		       "N",
		       NULL,
		       {"stress: weeks to look at (default: to the end of the cuts, at least 52); plan: weeks that "
			"stock is held",
			"stress:考察周数(默认至断供结束,至少 52);plan:储备持有周数"}},
	[OPT_WIDTH] = {"width", "COLUMNS", NULL, {"width of tables (default: the terminal)", "表格宽度(默认终端宽度)"}},
	[OPT_YEARLY] = {"yearly",
			"LIST",
			NULL,
			{"money of each year, what is left carries over: 50,50,100",
			 "各年可用资金,结余可结转:50,50,100"}},
};

static const cli_option_id init_options[] = {OPT_HOME};
static const cli_option_id import_options[] = {OPT_FROM,       OPT_OUT,  OPT_HOME, OPT_FORCE,
					       OPT_CHECK_ONLY, OPT_WAIT, OPT_AS_OF};
static const cli_option_id export_options[] = {OPT_OUT,   OPT_CYCLONEDX, OPT_STIX,   OPT_CAP,    OPT_HOME,
					       OPT_BASIS, OPT_MIN_LEVEL, OPT_STATUS, OPT_SENDER, OPT_TLP,
					       OPT_AS_OF, OPT_KNOWN_AT,  OPT_THREADS};
static const cli_option_id check_options[] = {OPT_STRICT, OPT_MISSING, OPT_AS_OF, OPT_KNOWN_AT,
					      OPT_JSON,   OPT_CSV,     OPT_BOM,   OPT_WIDTH};
static const cli_option_id rank_options[] = {OPT_HOME, OPT_BASIS,     OPT_TOP,     OPT_OF,     OPT_BY,       OPT_LEAST,
					     OPT_TIER, OPT_MIN_LEVEL, OPT_FAIL_ON, OPT_AS_OF,  OPT_KNOWN_AT, OPT_JSON,
					     OPT_CSV,  OPT_BOM,       OPT_WIDTH,   OPT_THREADS};
static const cli_option_id explain_options[] = {OPT_HOME, OPT_BASIS, OPT_AS_OF, OPT_KNOWN_AT, OPT_JSON, OPT_THREADS};
static const cli_option_id map_options[] = {OPT_VIEW,  OPT_FOCUS,    OPT_DIRECT, OPT_HOME,    OPT_BASIS,
					    OPT_AS_OF, OPT_KNOWN_AT, OPT_DOT,    OPT_GRAPHML, OPT_JSON,
					    OPT_CSV,   OPT_BOM,      OPT_THREADS};
static const cli_option_id criticality_options[] = {OPT_JSON, OPT_CSV, OPT_BOM};
static const cli_option_id alternates_options[] = {OPT_HOME,        OPT_BASIS, OPT_EXCLUDE,  OPT_FOR,
						   OPT_GRADE_AFTER, OPT_AS_OF, OPT_KNOWN_AT, OPT_JSON,
						   OPT_CSV,         OPT_BOM,   OPT_THREADS};
static const cli_option_id compute_options[] = {
	OPT_CHIPS,   OPT_PARAMS, OPT_TOKENS,      OPT_RECOMPUTE,  OPT_FLOP,      OPT_MFU,       OPT_AVAILABILITY,
	OPT_SCALING, OPT_CUT,    OPT_CHIPS_AFTER, OPT_CLOUD_LOST, OPT_FROM_WEEK, OPT_FOR_WEEKS, OPT_LIMITS,
	OPT_OPTIMUM, OPT_JSON,   OPT_CSV,         OPT_BOM,        OPT_WIDTH};
static const cli_option_id history_options[] = {OPT_JSON};

static const cli_option_id stress_options[] = {
	OPT_SCENARIO, OPT_LIST,           OPT_CUT,     OPT_ITEMS, OPT_FRACTION, OPT_FROM_WEEK, OPT_FOR_WEEKS,
	OPT_WEEKS,    OPT_STEP,           OPT_RUNS,    OPT_SEED,  OPT_FORM,     OPT_RATION,    OPT_MODE,
	OPT_REFILL,   OPT_TRAINING_WEEKS, OPT_NO_BEST, OPT_TOP,   OPT_HOME,     OPT_BASIS,     OPT_AS_OF,
	OPT_KNOWN_AT, OPT_JSON,           OPT_CSV,     OPT_BOM,   OPT_WIDTH,    OPT_THREADS};

static const cli_option_id brief_options[] = {OPT_OUT,      OPT_HOME,   OPT_BASIS,   OPT_AS_OF,  OPT_KNOWN_AT,
					      OPT_SCENARIO, OPT_BUDGET, OPT_RUNS,    OPT_SEED,   OPT_TIME,
					      OPT_LANGS,    OPT_REDACT, OPT_COMPARE, OPT_THREADS};

static const cli_option_id plan_options[] = {
	OPT_SCENARIO,  OPT_CUT,      OPT_ITEMS,        OPT_FRACTION, OPT_FROM_WEEK, OPT_FOR_WEEKS, OPT_GOAL,
	OPT_BUDGET,    OPT_YEARLY,   OPT_MAX_SHORTAGE, OPT_NOTICE,   OPT_CASE,      OPT_MODE,      OPT_RISK,
	OPT_TAIL,      OPT_DISCOUNT, OPT_REPLICATES,   OPT_WEEKS,    OPT_STARTED,   OPT_FRONTIER,  OPT_NEAR,
	OPT_ADVERSARY, OPT_EVALUATE, OPT_NO_BEST,      OPT_TIME,     OPT_GAP,       OPT_MEMORY,    OPT_SOLVER,
	OPT_SMPS,      OPT_CFLP,     OPT_CAPACITY,     OPT_SEED,     OPT_HOME,      OPT_BASIS,     OPT_AS_OF,
	OPT_KNOWN_AT,  OPT_JSON,     OPT_CSV,          OPT_BOM,      OPT_WIDTH,     OPT_THREADS};

#define WITH(list) list, sizeof list / sizeof *list

const cli_command cli_commands[] = {
	{"init",
	 "DIR",
	 {"start an empty package", "新建空数据包"},
	 {"Makes the folder DIR with every file of the format, its header line and a few example rows to replace. "
	  "A package has one home: name it with --home (country codes; needed).",
	  "新建目录 DIR,其中包含本格式的全部文件、表头和可替换的示例行。每个数据包只有一个本方,必须用 "
	  "--home(国别代码)指定。"},
	 "secondsource init my-chain --home EU\n",
	 WITH(init_options),
	 1,
	 1,
	 cli_init},
	{"import",
	 "SOURCE",
	 {"put a package into a study file, or convert other data", "将数据包导入研究文件,或转换其他数据"},
	 {"Checks SOURCE and records it in the study file --out (made if missing; one transaction: all or nothing). A "
	  "second "
	  "import keeps unchanged rows, ends those that are gone and adds new ones; nothing is overwritten. With "
	  "--from eto SOURCE is a folder of ETO chip-chain CSV files, with --from cyclonedx a CycloneDX JSON file, "
	  "with "
	  "--from graphml a GraphML file; --home says whose exposure it is about where the file does not, and --out "
	  "may also be a new package folder: a path that ends in /. See docs/exchange.md.",
	  "检查 SOURCE 并记录到 --out "
	  "指定的研究文件(不存在则新建;单一事务,全有或全无)。再次导入时保留未变行、终止已消失行、新增新行,不覆盖历史。"
	  "--from eto 时 SOURCE 为 ETO 芯片链 CSV 目录,--from cyclonedx 为 CycloneDX JSON 文件,--from graphml 为 "
	  "GraphML "
	  "文件;文件未说明本方时用 --home 指定;--out 也可为新的数据包目录(以 / 结尾)。见 docs/exchange.md。"},
	 "secondsource import data/ai-chain --out chain.study\n"
	 "secondsource import tests/data/exchange/bill.cdx.json --from cyclonedx --home EU --out bill/\n",
	 WITH(import_options),
	 1,
	 1,
	 cli_import},
	{"export",
	 "PATH",
	 {"write a study as a package folder, or a chain for other programs",
	  "将研究文件导出为数据包目录,或导出为交换格式"},
	 {"Writes the package recorded in the study PATH (now, or at --known-at) into the new folder --out, cell for "
	  "cell as it was imported. With --cyclonedx, --stix or --cap PATH is a package or a study, and the chain is "
	  "assessed for --home and written for other programs: a CycloneDX 1.6 bill of materials or a STIX 2.1 bundle "
	  "(to --out or standard output), or CAP 1.2 alerts for the items at --min-level and above, one file each, "
	  "into the folder --out. GraphML: map --graphml. See docs/exchange.md.",
	  "将研究文件 PATH 中记录的数据包(当前或 --known-at 时刻)逐格写入新目录 --out。使用 --cyclonedx、--stix 或 "
	  "--cap "
	  "时,PATH 为数据包或研究文件,程序针对 --home 评估产业链并输出:CycloneDX 1.6 物料清单、STIX 2.1 包(写入 --out "
	  "或标准输出),或对达到 --min-level 的环节逐一在 --out 目录写入 CAP 1.2 预警。GraphML 用 map --graphml。见 "
	  "docs/exchange.md。"},
	 "secondsource export chain.study --out copy\n"
	 "secondsource export data/ai-chain --home CN --cyclonedx --out chain.cdx.json\n"
	 "secondsource export data/ai-chain --home CN --cap --min-level 4 --out alerts\n",
	 WITH(export_options),
	 1,
	 1,
	 cli_export},
	{"check",
	 "PATH",
	 {"find everything that is wrong or missing", "找出全部错误与缺失"},
	 {"Reports every problem of a package or study with file, line, column, the value and a fix, then coverage by "
	  "tier. "
	  "Nothing is repaired. Exit 3 if there are errors (with --strict: or warnings that accepted.csv does not "
	  "explain).",
	  "报告数据包或研究文件的全部问题,含文件、行、列、值和修正方法,并给出各层级覆盖情况。不作任何修改。有错误时以 "
	  "3 退出(--strict 时未被接受的警告亦然)。"},
	 "secondsource check data/ai-chain --strict\nsecondsource check data/ai-chain --missing\n",
	 WITH(check_options),
	 1,
	 1,
	 cli_check},
	{"rank",
	 "PATH",
	 {"rank items, parties or countries by what a cut costs", "按断供代价对环节、主体或国家排序"},
	 {"Computes for one home the concentration of every item, its dependence on other countries, the weeks of "
	  "output lost if "
	  "its largest foreign source stops, and the level and grade that the policy gives it. Worst first. --by loss "
	  "orders by the weeks lost and shows beside them what all products lose together when everybody acts alone, "
	  "and the least that sharing what is left between products in one hand could reach.",
	  "针对一个本方,计算各环节的集中度、对外依赖、最大境外来源断供时的产出损失周数,"
	  "以及策略给出的级别和分级。最差者在前。--by loss 按损失周数排序,并列出各方单独应对时全部产品的损失合计,"
	  "以及由一方统一分配剩余供应时可达到的最少损失。"},
	 "secondsource rank data/ai-chain --home CN --top 15\nsecondsource rank data/ai-chain --home JP --of "
	 "countries\n"
	 "secondsource rank data/ai-chain --home US --by loss --csv\n",
	 WITH(rank_options),
	 1,
	 1,
	 cli_rank},
	{"explain",
	 "PATH WHAT",
	 {"say why, from which source, and what would change it", "说明原因、来源以及何种变化可改变结果"},
	 {"WHAT is an item (eda), a party (party:asml) or a country (country:JP). Shows the rule that fired with "
	  "facts, thresholds "
	  "and margins, the loss step by step, the smallest single change that lowers the level, alternates, and the "
	  "source "
	  "rows behind the numbers.",
	  "WHAT "
	  "为环节(eda)、主体(party:asml)或国家(country:JP)。显示触发的规则及其事实、阈值和裕度,逐步的损失计算,"
	  "可降低级别的最小单项变化,替代项,以及数字背后的来源行。"},
	 "secondsource explain data/ai-chain eda --home CN\nsecondsource explain data/ai-chain country:JP --home KR "
	 "--lang zh\n"
	 "secondsource explain data/ai-chain party:asml --home US --json\n",
	 WITH(explain_options),
	 2,
	 2,
	 cli_explain},
	{"map",
	 "PATH",
	 {"draw the chain: tree, matrix, DOT, GraphML", "绘制产业链:树、矩阵、DOT、GraphML"},
	 {"Prints the chain by tier as a text tree, the dependence by country as a matrix, or the network as DOT, "
	  "GraphML or JSON.",
	  "按层级打印文本树、国别依赖矩阵,或输出 DOT、GraphML、JSON 网络。"},
	 "secondsource map data/ai-chain --home CN\nsecondsource map data/ai-chain --view country --basis parent "
	 "--home CN\n"
	 "secondsource map data/ai-chain --focus eda --home CN\nsecondsource map data/ai-chain --home CN --graphml\n",
	 WITH(map_options),
	 1,
	 1,
	 cli_map},
	{"criticality",
	 "FILE",
	 {"supply risk of materials (EU method, GeoPolRisk)", "材料供应风险(欧盟方法、GeoPolRisk)"},
	 {"FILE is a CSV in one of two forms, told apart by the header. Materials, one a row, for the supply risk (SR) "
	  "of "
	  "the EU method of 2017: "
	  "name,hhi_gs,hhi_eu,import_reliance,eol_rir,si_sr,supply, optional sr and ei; import_reliance and eol_rir "
	  "are percentages, supply is GS, EU or both, sr the published value, ei the economic importance (EI), "
	  "published "
	  "or "
	  "computed. SR is an interval from the printed digits; a material is critical if SR reaches 1.0 and EI 2.8, "
	  "\"SR only\" if its EI is not given. GeoPolRisk, one row a flow: "
	  "material,role,country,quantity,value,instability; role "
	  "is production (world, by country), import (with its value and the instability of the origin, 0 to 1, blank "
	  "= "
	  "0.5) or domestic. Other columns are not used.",
	  "FILE 为 CSV,有两种形式,由表头区分。材料表每行一种材料,按欧盟 2017 年方法计算供应风险(SR):"
	  "name,hhi_gs,hhi_eu,import_reliance,eol_rir,si_sr,supply,可选 sr 和 ei;import_reliance 与 eol_rir "
	  "为百分数,supply 为 GS、EU 或 both,sr 为已发布值,ei 为经济重要性(EI,已发布或已算出)。SR "
	  "为由印刷位数得出的区间;SR 达到 1.0 且 EI 达到 2.8 的材料为关键材料,未给出 EI 时显示“仅供应风险”。GeoPolRisk "
	  "表每行一笔流量:material,role,country,quantity,value,instability;role 为 production(各国世界产量)、import"
	  "(附金额和来源国不稳定度 0 至 1,空白为 0.5)或 domestic。其他列不使用。"},
	 "secondsource criticality tests/data/criticality.csv\nsecondsource criticality tests/data/geopolrisk.csv "
	 "--csv\n",
	 WITH(criticality_options),
	 1,
	 1,
	 cli_criticality},
	{"alternates",
	 "PATH ITEM",
	 {"substitutes of an item: gaps, cost, what blocks them, grade after",
	  "环节的替代:差距、成本、阻断情况、替换后的分级"},
	 {"Shows for one home who or what could stand in for ITEM: gaps of performance, ecosystem and integration, "
	  "state, weeks, "
	  "cost, the part of the need it covers, evidence and sources; whether it counts against the cut of the "
	  "largest foreign "
	  "source (and of --exclude) and if not why. A route that a control reaches is shown as blocked, with the "
	  "measure, and is "
	  "never offered. Substitution has one direction, and may hold for one user only (--for). Without a substitute "
	  "that "
	  "counts, the nearest capability gap. --grade-after assesses the chain anew with each one in use.",
	  "针对一个本方,列出可替代 ITEM "
	  "的环节或主体:性能、生态、集成差距,状态、周数、成本、可覆盖的需求、证据与来源;是否可计入以应对最大境外来源("
	  "及 "
	  "--exclude)断供,若不可则说明原因。管制所及的路径显示为受阻断并注明措施,从不作为选项。替代有方向,"
	  "且可能仅适用于某一用户(--for)。若没有可计入的"
	  "替代,则给出最接近的能力缺口。--grade-after 在每项替代启用的情况下重新评估。"},
	 "secondsource alternates data/ai-chain photoresist-euv --home KR\n"
	 "secondsource alternates data/ai-chain abf-film --home US --exclude JP --grade-after\n"
	 "secondsource alternates data/ai-chain cuda-stack --home EU --for pytorch --csv\n",
	 WITH(alternates_options),
	 2,
	 2,
	 cli_alternates},
	{"compute",
	 "[FILE]",
	 {"training time from chips, what a cut does to it, and what limits chip supply",
	  "由芯片估算训练时间、削减的影响及芯片供应的约束"},
	 {"Three questions, alone or together. Training time: 6 N D (or --flop) over chips × peak × MFU × "
	  "availability, with ranges; a "
	  "cut of the fleet, from one week on and for some weeks, is integrated until the compute is done. Chip supply "
	  "(--limits): the scarcest input decides; which, how far the next one is, and what one more of each gives. "
	  "Split "
	  "(--optimum): parameters and tokens for a budget under the published constants, the corrected fit and the "
	  "rule of "
	  "20. A number is 5, 1.5e9, 35% or a range 35-40%. Peaks of known chips come from data/compute/chips.csv. "
	  "FILE is a "
	  "CSV with the columns what,name,low,high,per_low,per_high,source,note, where what is the name of an option "
	  "without "
	  "dashes, chip, chip-after or limit; options win over it.",
	  "三个问题,可单独或一并计算。训练时间:6ND(或 --flop)除以 "
	  "芯片数×峰值×MFU×可用率,带区间;集群自某周起、持续若干周的削减按时间积分直至完成。"
	  "芯片供应(--limits):由最紧缺的投入决定,给出哪一种、距下一约束多远、每种多一单位可增多少。分配(--optimum):"
	  "按原文常数、更正后的拟合和 20 "
	  "倍法则给出参数量与词元数。数字可写 5、1.5e9、35% 或区间 35-40%。已知芯片的峰值取自 "
	  "data/compute/chips.csv。FILE 为 CSV,列为 "
	  "what,name,low,high,per_low,per_high,source,note,what 为不带连字符的选项名或 "
	  "chip、chip-after、limit;选项优先于文件。"},
	 "secondsource compute --params 405e9 --tokens 15.6e12 --chips h100=16384\n"
	 "secondsource compute --flop 3e24 --chips h800=2048 --cut 50% --from-week 4 --for-weeks 26\n"
	 "secondsource compute --limits hbm=13e6/8,logic=2.9e6/2\n"
	 "secondsource compute --optimum 5.88e23\n",
	 WITH(compute_options),
	 0,
	 1,
	 cli_compute},
	{"brief",
	 "PATH",
	 {"the whole job: a bilingual report with evidence, figures and files", "全流程:附证据、图表与文件的双语简报"},
	 {"Runs the whole chain of methods (check, rank, stress tests of every scenario, a front of budgets, the plan) "
	  "and "
	  "writes a folder: index.html, one page that needs no network, in English and Chinese; every table as CSV, "
	  "every "
	  "figure as SVG, everything as JSON; GraphML, CycloneDX, STIX and CAP for other programs; metadata.json with "
	  "hashes and the command that makes it again. Without --budget the plan takes the least budget that reaches "
	  "half of "
	  "what any money can reach. An earlier brief in the folder is replaced.",
	  "运行全部方法(校验、排序、各情景压力测试、预算前沿、方案)并写出文件夹:index.html "
	  "为无需网络的双语单页;各表为 CSV,各图为 SVG,全部内容为 JSON;另有 GraphML、CycloneDX、STIX 与 "
	  "CAP;metadata.json "
	  "载有哈希与可重现的命令。不给 --budget "
	  "时,取可达到资金所能改善一半的最小预算。文件夹中的旧简报会被替换。"},
	 "secondsource brief data/ai-chain --home CN --out /tmp/brief-cn\n"
	 "secondsource brief tests/data/backup --budget 100 --langs zh --out /tmp/brief-zh\n",
	 WITH(brief_options),
	 1,
	 1,
	 cli_brief},
	{"stress",
	 "PATH",
	 {"what runs out first, when, and what it costs", "什么先断、何时断、损失多少"},
	 {"Runs one or more scenarios (--scenario, or --cut with --items, --fraction, --from-week, --for-weeks) week "
	  "by "
	  "week on the network of items: stocks, goods in transit, licences that run out, qualified alternates. Shows "
	  "the loss of every product with its best and worst case, what is short first, time to survive against time "
	  "to recover, training time, the causes, and the inputs that the result hangs on. With --runs N the intervals "
	  "are drawn N times. Beside it stands the best response: the least that coordinated use of stocks and "
	  "alternates could lose.",
	  "按周在环节网络上运行一个或多个情景(--scenario,或 --cut 配合 --items、--fraction、--from-week、--for-weeks):"
	  "包括库存、在途货物、到期许可和已认证替代。显示各产出的损失及最好、最坏情形、最先短缺者、可支撑时间与恢复时间"
	  "、"
	  "训练时间、原因以及决定结果的输入。--runs N 在区间内抽样 N "
	  "次。并列给出最优应对,即统一调度库存与替代所能达到的最小损失。"},
	 "secondsource stress data/ai-chain --list --home CN\n"
	 "secondsource stress data/ai-chain --scenario eda-term-stop --home CN\n"
	 "secondsource stress data/ai-chain --cut country:NL --items euv-scanner,arfi-scanner --mode grow --weeks 104 "
	 "--runs 200 --seed 7 --home KR\n",
	 WITH(stress_options),
	 1,
	 1,
	 cli_stress},
	{"plan",
	 "PATH",
	 {"the cheapest backups that hold until supply recovers", "撑到供应恢复的最低成本备份组合"},
	 {"Chooses from the options of the package (second sources, stockpiles, developments, redesigns, pools, demand "
	  "pull) against scenarios: with --max-shortage the least cost, with --budget the least loss. Says what to "
	  "start "
	  "when, what it costs, what remains in each scenario, the proven bound, what binds, what leaving out each "
	  "choice or adding the next would change, and replays the plan in the simulation. --started says "
	  "what is under way: to replan when something has happened. Infeasible: exit 4, the "
	  "requirements that conflict, what to relax, and the plan that comes closest. A plan that misses its target "
	  "in the "
	  "simulation: exit 1. A limit: exit 5 with the best "
	  "plan so far. --smps and --cflp solve instances of others and take no PATH.",
	  "针对情景从数据包的选项(第二来源、储备、研发、重新设计、共享、需求牵引)中选择:--max-shortage "
	  "求最低成本,--budget "
	  "求最小损失。给出何时启动、成本、各情景剩余损失、已证明的界、约束所在、去掉或增加某项的影响,并在模拟中重放。-"
	  "-started "
	  "给出已启动的选项,用于情况变化后重新规划。"
	  "不可行时以 4 退出,列出冲突的要求、可放宽之处和最接近的计划;"
	  "计划在模拟中未达目标时以 1 退出;达到时间等限制时以 5 退出并给出目前最好的计划。"
	  "--smps 与 --cflp 求解他人的算例,不需要 PATH。"},
	 "secondsource plan tests/data/backup --scenario s1 --max-shortage 0 --budget 100\n"
	 "secondsource plan data/ai-chain --home CN --scenario eda-term-stop --notice 52 --budget 500 --no-best\n",
	 WITH(plan_options),
	 0,
	 1,
	 cli_plan},
	{"history",
	 "STUDY",
	 {"show and verify the audit log of a study", "显示并校验研究文件的审计日志"},
	 {"Lists every entry of the hash-chained audit log and recomputes the chain and the hash of every row.",
	  "列出哈希链审计日志的全部条目,并重新计算哈希链与每行的哈希。"},
	 "secondsource history chain.study\n",
	 WITH(history_options),
	 1,
	 1,
	 cli_history},
	{"schema",
	 "",
	 {"print the package format", "打印数据包格式"},
	 {"Prints the files and columns of a package in Markdown, as in docs/package.md.",
	  "以 Markdown 打印数据包的文件和列,同 docs/package.md。"},
	 "secondsource schema\n",
	 NULL,
	 0,
	 0,
	 0,
	 cli_schema},
	{"man",
	 "",
	 {"print the manual page", "打印手册页"},
	 {"Prints the manual page in roff, as in man/secondsource.1: all commands and options.",
	  "以 roff 打印手册页,同 man/secondsource.1,包含全部命令和选项。"},
	 "secondsource man\n",
	 NULL,
	 0,
	 0,
	 0,
	 cli_man},
	{"completion",
	 "SHELL",
	 {"print completion for bash, zsh or fish", "打印 bash、zsh 或 fish 的补全脚本"},
	 {"Prints what lets SHELL (bash, zsh or fish) complete commands, options and their values. For bash: source "
	  "<(secondsource completion bash).",
	  "打印补全脚本,使 SHELL(bash、zsh 或 fish)可补全命令、选项和取值。bash 中:source <(secondsource completion "
	  "bash)。"},
	 "secondsource completion bash\n",
	 NULL,
	 0,
	 1,
	 1,
	 cli_completion},
};
const size_t cli_n_commands = sizeof cli_commands / sizeof *cli_commands;
