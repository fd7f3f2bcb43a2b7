// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * failload MODULE.ko NAME STEP PARAMETERS: load a module again and again, and
 * one after the other of the kernel's last TAIL allocations on the way fails,
 * until none is hit any more. What is loaded all the same is unloaded, one of
 * whose allocations fails as well. At the end it is loaded. What comes before
 * is the kernel's: it warns if it cannot have the fields of a tracepoint, and
 * loses the name of a cache for which there can be no directory in sysfs.
 * failload -n STEP: network namespaces likewise.
 *
 * STEP: not all, but every so many. Prints how many were hit, and what came of
 * it; status 1 if something cannot be loaded or unloaded when nothing fails.
 */
#define _GNU_SOURCE
#include "nthfail.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { MOST = 100000, TAIL = 140 };

static const char *path, *name, *params;
static int unloads = 1;

/* @left: of @nth allocations. Return: an error number. */
static int load(int nth, int *left)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		nlraw_die(path);
	arm(nth);
	err = syscall(SYS_finit_module, fd, params, 0) ? errno : 0;
	*left = disarm();
	close(fd);
	return err;
}

static void unload(void)
{
	int i;

	arm(unloads++);
	for (i = 0; syscall(SYS_delete_module, name, 0); i++) {
		if (i == 100 || (errno != EAGAIN && errno != EWOULDBLOCK &&
				 errno != ENOMEM))
			nlraw_die("unload");
		usleep(100000);
	}
	if (disarm())
		unloads = 1;
}

static int namespace(int nth, int *left)
{
	int status, fd[2];
	pid_t pid;
	char hit = 0;

	if (pipe(fd))
		nlraw_die("pipe");
	pid = fork();
	if (!pid) {
		nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
		arm(nth);
		status = unshare(CLONE_NEWNET);
		hit = !disarm();
		_exit(write(fd[1], &hit, 1) != 1 || status);
	}
	waitpid(pid, &status, 0);
	if (read(fd[0], &hit, 1) != 1)
		nlraw_die("child");
	close(fd[0]);
	close(fd[1]);
	*left = !hit;
	return status;
}

int main(int argc, char **argv)
{
	bool net = argc == 3 && !strcmp(argv[1], "-n");
	int n, left, first = 0, err = 0, refused = 0, done = 0, step;

	if (!net && argc != 5)
		return 2;
	path = argv[1];
	name = argv[2];
	params = argv[4];
	step = atoi(argv[net ? 2 : 3]);
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		nlraw_die("fail-nth");
	if (!net) {
		if (load(MOST, &left))
			nlraw_die("load");
		unload();
		first = MOST - left - TAIL;
	}
	for (n = first + step; n < MOST; n += step) {
		err = net ? namespace(n, &left) : load(n, &left);
		if (left)
			break;
		refused += err != 0;
		done += !err;
		if (!err && !net)
			unload();
	}
	printf("swept %d to %d: %d refused, %d done\n", first, n - step,
	       refused, done);
	if (err)
		fprintf(stderr, "refused for nothing: %d\n", err);
	return err != 0;
}
