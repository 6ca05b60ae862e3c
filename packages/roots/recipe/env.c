/*
 * env --default-signal COMMAND...: gives signals back to COMMAND that were blocked or ignored when this was executed,
 * as env of GNU coreutils does (env(1)). PID 1 of the maintenance root begins so, because no shell can do that. All else
 * is left to the env of busybox.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	sigset_t none;
	int signal_number;

	if (argc > 2 && strcmp(argv[1], "--default-signal") == 0) {
		for (signal_number = 1; signal_number < NSIG; signal_number++)
			signal(signal_number, SIG_DFL);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, 0);
		execvp(argv[2], argv + 2);
		return 127;
	}
	argv[0] = "env";
	execv("/usr/bin/busybox", argv);
	return 127;
}
