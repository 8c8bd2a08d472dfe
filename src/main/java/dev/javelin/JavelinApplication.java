package dev.javelin;

import dev.javelin.cli.JavelinCommand;
import dev.javelin.config.HostEnvironments;
import dev.javelin.config.Relauncher;
import dev.javelin.config.ServerDefaults;
import dev.javelin.config.ServerLogging;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** The process's entry point: wired by auto-configuration alone, as in any application that depends on our jar. */
@SpringBootConfiguration
@EnableAutoConfiguration
public class JavelinApplication {
    /** For Spring. */
    public JavelinApplication() {}

    /**
     * Starts the process.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        if (!Relauncher.isComplete()) {
            System.exit(Relauncher.relaunch(args));
        }
        ServerLogging.configure();
        int exitCode = JavelinCommand.run(
                args,
                System.in,
                new FileOutputStream(FileDescriptor.out),
                System.err,
                HostEnvironments.ofProcess(),
                JavelinApplication::serve);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    private static void serve(String[] args) {
        ServerLogging.leaveToBoot();
        SpringApplication application = new SpringApplication(JavelinApplication.class);
        application.setDefaultProperties(ServerDefaults.properties());
        application.run(args);
    }
}
