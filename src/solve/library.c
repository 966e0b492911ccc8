/* Libraries opened at run time, so that building needs none of them and a machine without them still works. */
#include "model.h"

#include <dlfcn.h>
#include <string.h>

/* A function's address kept in an object pointer, as POSIX promises for dlsym. */
static bool resolve(void *library, const ssrc_symbol *symbol, void *table)
{
	void *address = dlsym(library, symbol->name);
	memcpy((char *)table + symbol->offset, &address, sizeof address);
	return address || symbol->optional;
}

bool ssrc_library_open(const char *const *files, const ssrc_symbol *symbols, size_t n_symbols, void *table)
{
	for (; *files; files++) {
		void *library = dlopen(*files, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
		if (!library)
			continue;
		bool whole = true;
		for (size_t i = 0; i < n_symbols && whole; i++)
			whole = resolve(library, &symbols[i], table);
		dlclose(library);
		if (whole)
			return true;
	}
	return false;
}
