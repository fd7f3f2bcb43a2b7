/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IKEMON_VERSION
#define IKEMON_VERSION "0.1.0"
#endif
