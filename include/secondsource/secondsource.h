/* secondsource: early warning and backup planning for supply chains of key technologies.
 * The one header that users include. */
#ifndef SECONDSOURCE_H
#define SECONDSOURCE_H

#include <secondsource/context.h>
#include <secondsource/status.h>
#include <secondsource/text.h>

#endif
