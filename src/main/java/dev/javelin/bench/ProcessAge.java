package dev.javelin.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long this process has lived. Stateless.
 *
 * <p>On Linux it is asked of the kernel, to 10 ms: the JVM's own start time does not see a JVM that this one replaced
 * ({@code execv} keeps the process), and {@link ProcessHandle}'s start is off by up to a second, for it adds ticks to a
 * boot time in whole seconds.
 */
final class ProcessAge {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, fixed in Linux's interface
    private static final int START_TICKS_FIELD = 22;
    private static final double MOST_SECONDS_BEFORE_JVM = 60;

    private ProcessAge() {}

    /** Seconds since the process started. */
    static double seconds() {
        double jvmSeconds = ManagementFactory.getRuntimeMXBean().getUptime() * 1e-3;
        double kernelSeconds = kernelSeconds(Path.of("/proc"));
        boolean plausible = kernelSeconds >= jvmSeconds && kernelSeconds < jvmSeconds + MOST_SECONDS_BEFORE_JVM;
        return plausible ? kernelSeconds : jvmSeconds;
    }

    /** What the kernel says, or -1 where it does not. */
    static double kernelSeconds(Path proc) {
        try {
            String stat = Files.readString(proc.resolve("self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1); // from the third on
            double startSeconds = Long.parseLong(fields[START_TICKS_FIELD - 3]) / TICKS_PER_SECOND;
            String uptime = Files.readString(proc.resolve("uptime"));
            return Double.parseDouble(uptime.split(" ", -1)[0]) - startSeconds;
        } catch (IOException | RuntimeException e) {
            return -1; // another system, or a kernel that hides it
        }
    }
}
