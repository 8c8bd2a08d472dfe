package dev.javelin;

import dev.javelin.config.Relauncher;
import dev.javelin.config.ServerDefaults;
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
        serve(args);
    }

    private static void serve(String[] args) {
        SpringApplication application = new SpringApplication(JavelinApplication.class);
        application.setDefaultProperties(ServerDefaults.properties());
        application.run(args);
    }
}
