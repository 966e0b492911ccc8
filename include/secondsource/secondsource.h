/* secondsource: early warning and backup planning for supply chains of key technologies.
 * The one header that users include. */
#ifndef SECONDSOURCE_H
#define SECONDSOURCE_H

#include <secondsource/assess.h>
#include <secondsource/chain.h>
#include <secondsource/compute.h>
#include <secondsource/concentration.h>
#include <secondsource/context.h>
#include <secondsource/criticality.h>
#include <secondsource/findings.h>
#include <secondsource/import.h>
#include <secondsource/package.h>
#include <secondsource/status.h>
#include <secondsource/study.h>
#include <secondsource/text.h>

#endif
