#include "schema.h"

#include <string.h>

/* ISO 3166-1 alpha-2 codes; short names only for those that occur in supply chains of key technologies. */
static const char codes[] = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
			    "BR BS BT BV BW BY BZ "
			    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER "
			    "ES ET FI FJ FK FM FO "
			    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM "
			    "IN IO IQ IR IS IT JE "
			    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF "
			    "MG MH MK ML MM MN MO "
			    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK "
			    "PL PM PN PR PS PT PW "
			    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD "
			    "TF TG TH TJ TK TL TM "
			    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW EU";

static const char eu_members[] = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";

static const struct {
	const char code[3];
	const char *en, *zh;
} names[] = {
	{"AE", "United Arab Emirates", "阿联酋"},
	{"AT", "Austria", "奥地利"},
	{"AU", "Australia", "澳大利亚"},
	{"BE", "Belgium", "比利时"},
	{"BR", "Brazil", "巴西"},
	{"CA", "Canada", "加拿大"},
	{"CD", "DR Congo", "刚果(金)"},
	{"CH", "Switzerland", "瑞士"},
	{"CL", "Chile", "智利"},
	{"CN", "China", "中国大陆"},
	{"CZ", "Czechia", "捷克"},
	{"DE", "Germany", "德国"},
	{"DK", "Denmark", "丹麦"},
	{"DZ", "Algeria", "阿尔及利亚"},
	{"ES", "Spain", "西班牙"},
	{"EU", "European Union", "欧盟"},
	{"FI", "Finland", "芬兰"},
	{"FR", "France", "法国"},
	{"GB", "United Kingdom", "英国"},
	{"HK", "Hong Kong", "中国香港"},
	{"ID", "Indonesia", "印度尼西亚"},
	{"IE", "Ireland", "爱尔兰"},
	{"IL", "Israel", "以色列"},
	{"IN", "India", "印度"},
	{"IR", "Iran", "伊朗"},
	{"IT", "Italy", "意大利"},
	{"JP", "Japan", "日本"},
	{"KP", "DPR Korea", "朝鲜"},
	{"KR", "Korea", "韩国"},
	{"KZ", "Kazakhstan", "哈萨克斯坦"},
	{"LU", "Luxembourg", "卢森堡"},
	{"MN", "Mongolia", "蒙古"},
	{"MO", "Macao", "中国澳门"},
	{"MX", "Mexico", "墨西哥"},
	{"MY", "Malaysia", "马来西亚"},
	{"NL", "Netherlands", "荷兰"},
	{"NO", "Norway", "挪威"},
	{"PH", "Philippines", "菲律宾"},
	{"PL", "Poland", "波兰"},
	{"QA", "Qatar", "卡塔尔"},
	{"RU", "Russia", "俄罗斯"},
	{"SA", "Saudi Arabia", "沙特阿拉伯"},
	{"SE", "Sweden", "瑞典"},
	{"SG", "Singapore", "新加坡"},
	{"TH", "Thailand", "泰国"},
	{"TR", "Türkiye", "土耳其"},
	{"TW", "Taiwan", "中国台湾"},
	{"UA", "Ukraine", "乌克兰"},
	{"US", "United States", "美国"},
	{"VN", "Viet Nam", "越南"},
	{"ZA", "South Africa", "南非"},
};

static bool in_list(const char *list, const char *text, size_t len)
{
	if (len != 2)
		return false;
	for (const char *p = list;; p += 3) {
		if (p[0] == text[0] && p[1] == text[1])
			return true;
		if (p[2] == '\0')
			return false;
	}
}

bool ssrc_country_known(const char *text, size_t len)
{
	return in_list(codes, text, len);
}

bool ssrc_country_is_eu_member(const char *code)
{
	return in_list(eu_members, code, strlen(code));
}

const char *ssrc_country_name(const char *code, ssrc_lang lang)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].code, code) == 0)
			return lang == SSRC_LANG_ZH ? names[i].zh : names[i].en;
	return code;
}
