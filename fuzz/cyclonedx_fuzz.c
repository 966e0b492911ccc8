/* CycloneDX JSON: any bytes give a package that can be checked, built, assessed and written again, or findings. */
#include "exchange_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_exchange(data, size, ssrc_import_cyclonedx);
	return 0;
}
