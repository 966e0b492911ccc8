/* The page that tests/validate.c writes, and the sections that live in files of their own. */
#ifndef SSRC_VALIDATE_PAGE_H
#define SSRC_VALIDATE_PAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct page {
	FILE *file; /* NULL = stdout only */
	size_t figures, agree;
} page;

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static inline void
put(page *p, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	if (!p->file)
		return;
	va_start(args, format);
	vfprintf(p->file, format, args);
	va_end(args);
}

/* validate_stress.c. False if the data are there but cannot be computed. */
bool put_stress(page *p, const char *folder);
/* validate_compute.c; needs no data. */
bool put_compute(page *p);
/* validate_plan.c. False if the data are there but cannot be read or solved. */
bool put_plan(page *p, const char *folder);

#endif
