// SPDX-License-Identifier: GPL-2.0-or-later
/* IANA's names of what is seen on the wire, or the number. */
#include "names.h"

#include <stdio.h>

static const char *or_number(const char *name, unsigned int value,
			     char buf[NAME_LEN])
{
	if (name)
		return name;
	snprintf(buf, NAME_LEN, "%u", value);
	return buf;
}

const char *name_exchange(uint8_t version, uint8_t exchange,
			  char buf[NAME_LEN])
{
	return or_number(ikemon_exchange_name(version, exchange), exchange,
			 buf);
}

const char *name_notify(uint8_t version, uint16_t notify, char buf[NAME_LEN])
{
	return or_number(ikemon_notify_name(version, notify), notify, buf);
}

const char *name_transform(uint8_t version, enum ikemon_part part, uint16_t id,
			   char buf[NAME_LEN])
{
	return or_number(ikemon_transform_name(version, part, id), id, buf);
}
