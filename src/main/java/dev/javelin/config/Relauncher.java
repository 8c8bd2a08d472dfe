package dev.javelin.config;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts this JVM again with the options that it needs, so that plain {@code java -jar} works. Stateless.
 *
 * <p>A jar's manifest cannot add a module, and without {@code jdk.incubator.vector} the CPU runner cannot work. On
 * POSIX systems {@code execv} replaces the process, so that its id, its signals and its memory are one process's;
 * elsewhere a child runs with this one's streams, and is ended with it.
 */
public final class Relauncher {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final int FEW_PROCESSORS = 2;

    private Relauncher() {}

    /** Whether this JVM has what it needs. */
    public static boolean isComplete() {
        return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    }

    /**
     * Starts again with the options; where the process can be replaced, this does not return.
     *
     * @param args the command line
     * @return the exit code of the child that ran instead
     */
    public static int relaunch(String[] args) {
        List<String> command = command(args);
        if (!System.getProperty("os.name", "").startsWith("Windows")) {
            replaceProcess(command);
        }
        return runChild(command);
    }

    private static List<String> command(String[] args) {
        String java = ProcessHandle.current().info().command().orElse(System.getProperty("java.home") + "/bin/java");
        List<String> command = new ArrayList<>(List.of(java));
        List<String> inherited = ManagementFactory.getRuntimeMXBean().getInputArguments();
        command.addAll(options(inherited));
        String fromEnvironment =
                " " + System.getenv("JDK_JAVA_OPTIONS") + " " + System.getenv("JAVA_TOOL_OPTIONS") + " ";
        for (String option : inherited) {
            if (!fromEnvironment.contains(" " + option + " ")) {
                command.add(option);
            }
        }
        String classPath = System.getProperty("java.class.path", "");
        String main = System.getProperty("sun.java.command", "").split(" ", 2)[0];
        command.addAll(main.endsWith(".jar") ? List.of("-jar", main) : List.of("-cp", classPath, main));
        command.addAll(List.of(args));
        return command;
    }

    /**
     * The module, and what a server's start and memory gain from: a small first heap (an idle server otherwise holds a
     * sixty-fourth of the machine), the serial collector where there are no processors to spare, and an archive of the
     * JDK's loaded classes, which the first run leaves for the next (about 0.7 s). They stand before the caller's own
     * options, which win.
     */
    private static List<String> options(List<String> inherited) {
        List<String> options = new ArrayList<>(
                List.of("--add-modules=" + VECTOR_MODULE, "--enable-native-access=ALL-UNNAMED", "-Xms64m"));
        boolean choosesCollector = inherited.stream().anyMatch(option -> option.matches("-XX:[+-]Use\\w*GC"));
        if (Runtime.getRuntime().availableProcessors() <= FEW_PROCESSORS && !choosesCollector) {
            options.add("-XX:+UseSerialGC");
        }
        Path caches = HostEnvironments.caches();
        if (Files.isDirectory(caches)) {
            String name = "javelin-jdk" + Runtime.version().toString().replaceAll("[^0-9A-Za-z.]", "-") + ".jsa";
            options.addAll(List.of(
                    "-XX:+AutoCreateSharedArchive",
                    "-XX:SharedArchiveFile=" + caches.resolve(name),
                    "-Xlog:cds=off",
                    "-Xlog:cds+dynamic=off"));
        }
        return options;
    }

    /** Returns only if the system refused. */
    @SuppressWarnings("restricted") // one call into the C library, with memory that outlives it
    private static void replaceProcess(List<String> command) {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(ValueLayout.ADDRESS, command.size() + 1L);
            for (int i = 0; i < command.size(); i++) {
                arguments.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(command.get(i)));
            }
            SymbolLookup symbols = linker.defaultLookup();
            Object status = linker.downcallHandle(
                            symbols.findOrThrow("execv"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                    .invoke(arena.allocateFrom(command.getFirst()), arguments);
            System.err.println("javelin: execv gave " + status + ", a child process runs instead");
        } catch (Throwable e) {
            System.err.println("javelin: the process cannot be replaced (" + e + "), a child process runs instead");
        }
    }

    private static int runChild(List<String> command) {
        try {
            Process child = new ProcessBuilder(command).inheritIO().start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(child), "end-child"));
            return child.waitFor();
        } catch (IOException e) {
            System.err.println("javelin: " + command.getFirst() + " does not start: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void end(Process child) {
        child.destroy();
        try {
            child.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
