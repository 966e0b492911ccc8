/* Status codes and the caller-owned error record shared by every module. */
#ifndef SECONDSOURCE_STATUS_H
#define SECONDSOURCE_STATUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SSRC_MUST_CHECK __attribute__((warn_unused_result))
#define SSRC_API __attribute__((visibility("default")))
#else
#define SSRC_MUST_CHECK
#define SSRC_API
#endif

/* One list of codes: name, exit code of the command line, sentence (English, Chinese). */
#define SSRC_STATUS_LIST(X)                                                                                            \
	X(OK, 0, "ok", "正常")                                                                                         \
	X(USAGE, 2, "wrong use", "用法错误")                                                                           \
	X(FORMAT, 3, "invalid data", "数据无效")                                                                       \
	X(RANGE, 3, "value out of range", "数值超出范围")                                                              \
	X(NOTFOUND, 3, "not found", "未找到")                                                                          \
	X(EXISTS, 3, "already exists", "已存在")                                                                       \
	X(INFEASIBLE, 4, "no solution", "无解")                                                                        \
	X(LIMIT, 5, "limit reached", "达到上限")                                                                       \
	X(CANCEL, 5, "cancelled", "已取消")                                                                            \
	X(IO, 6, "input or output failed", "读写失败")                                                                 \
	X(BUSY, 6, "in use by another process", "被其他进程占用")                                                      \
	X(VERSION, 6, "unsupported version", "版本不支持")                                                             \
	X(NOMEM, 6, "out of memory", "内存不足")                                                                       \
	X(UNSUPPORTED, 6, "not supported", "不支持")                                                                   \
	X(BUG, 70, "internal error", "内部错误")

typedef enum ssrc_status {
#define SSRC_X(name, exit_code, en, zh) SSRC_##name,
	SSRC_STATUS_LIST(SSRC_X)
#undef SSRC_X
		SSRC_STATUS_COUNT
} ssrc_status;

typedef enum ssrc_lang { SSRC_LANG_EN = 0, SSRC_LANG_ZH = 1 } ssrc_lang;

enum { SSRC_ERROR_ARGS = 4, SSRC_ERROR_ARG_BYTES = 160 };

/* What went wrong, independent of language. Caller-owned, nullable everywhere, needs no freeing.
 * The innermost cause survives: a function writes it only while `code` is SSRC_OK. */
typedef struct ssrc_error {
	ssrc_status code;
	uint32_t message; /* an ssrc_text_id of text.h */
	char arg[SSRC_ERROR_ARGS][SSRC_ERROR_ARG_BYTES];
	char file[256];
	int64_t line;   /* from 1; 0 = no line */
	int64_t column; /* characters, from 1; 0 = no column */
} ssrc_error;

/* Returns the exit code of the command line for a status (design §6). Cost O(1). */
SSRC_API int ssrc_status_exit_code(ssrc_status status);

/* Returns the sentence for a status in `lang`; static storage. Cost O(1). */
SSRC_API const char *ssrc_status_text(ssrc_status status, ssrc_lang lang);

#ifdef __cplusplus
}
#endif
#endif
