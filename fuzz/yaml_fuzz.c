/* YAML: any bytes give a tree within the limits, or one finding and no tree. */
#include "fuzz_context.h"

#include "io/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t walk(const ssrc_yaml *node, int depth)
{
	size_t nodes = 0;
	FUZZ_REQUIRE(!node || depth <= SSRC_YAML_DEPTH_MAX);
	for (; node; node = node->next) {
		nodes++;
		FUZZ_REQUIRE(node->text && node->line > 0 && node->column > 0);
		FUZZ_REQUIRE(node->kind != SSRC_YAML_SCALAR || !node->first);
		for (const ssrc_yaml *child = node->first; child; child = child->next) {
			FUZZ_REQUIRE((node->kind == SSRC_YAML_MAP) == (child->key != NULL));
			FUZZ_REQUIRE(!child->key || ssrc_yaml_get(node, child->key) == child);
		}
		nodes += walk(node->first, depth + 1);
	}
	return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_context f;
	ssrc_findings *findings;
	ssrc_yaml *root;
	ssrc_arena arena;
	fuzz_begin(&f);
	ssrc_arena_init(&arena, &f.ctx);
	FUZZ_REQUIRE(ssrc_findings_new(&findings, &f.ctx, NULL) == SSRC_OK);
	FUZZ_REQUIRE(ssrc_yaml_parse(&arena, (const char *)data, size, "x.yaml", &root, findings, NULL) == SSRC_OK);
	FUZZ_REQUIRE(ssrc_findings_total(findings) <= 1);
	FUZZ_REQUIRE(!root || ssrc_findings_total(findings) == 0);
	FUZZ_REQUIRE(walk(root, 1) <= SSRC_YAML_NODES_MAX);
	ssrc_findings_free(findings);
	ssrc_arena_clear(&arena);
	fuzz_end(&f);
	return 0;
}
