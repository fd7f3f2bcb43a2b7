// SPDX-License-Identifier: GPL-2.0-or-later
/* IANA's names of what is seen on the wire. */
#include "names.h"

#include <stdio.h>

#if __has_include("notify.h")
#include "notify.h"
#endif

static const char *number(unsigned int value, char buf[NAME_LEN])
{
	snprintf(buf, NAME_LEN, "%u", value);
	return buf;
}

const char *name_exchange(uint8_t version, uint8_t exchange,
			  char buf[NAME_LEN])
{
	(void)version;
	return number(exchange, buf);
}

const char *name_notify(uint8_t version, uint16_t notify, char buf[NAME_LEN])
{
	(void)version;
	return number(notify, buf);
}

const char *name_transform(uint8_t version, enum name_part part, uint16_t id,
			   char buf[NAME_LEN])
{
	(void)version;
	(void)part;
	return number(id, buf);
}
