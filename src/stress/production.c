#include "production.h"

#include "base/base.h"

static const char *const words[SSRC_PRODUCTIONS] = {"leontief", "strong", "half", "weak", "linear"};

const char *ssrc_production_word(ssrc_production form)
{
	return (unsigned)form < SSRC_PRODUCTIONS ? words[form] : NULL;
}

ssrc_production ssrc_production_parse(const char *word, size_t len)
{
	for (int form = 0; form < SSRC_PRODUCTIONS; form++)
		if (ssrc_text_equal(word, len, words[form]))
			return (ssrc_production)form;
	return SSRC_PRODUCTIONS;
}
