package dev.javelin;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The process's entry point. */
@SpringBootApplication
public class JavelinApplication {
    /**
     * Starts the process.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        SpringApplication.run(JavelinApplication.class, args);
    }
}
