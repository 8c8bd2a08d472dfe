package dev.javelin.config;

/**
 * Our own process logs to stderr, so that stdout is free for results. The configuration is no {@code logback.xml} at
 * the class path's root, which an application that depends on our jar would inherit. Stateless.
 */
public final class ServerLogging {
    /** Where the configuration lies on the class path. */
    static final String RESOURCE = "dev/javelin/logback.xml";

    private static final String PROPERTY = "logback.configurationFile";

    private ServerLogging() {}

    /** For commands: before the first logger is made. A configuration that the caller named stays. */
    public static void configure() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, RESOURCE);
        }
    }

    /** For the server: Boot configures logging itself, and warns of Logback's own property. */
    public static void leaveToBoot() {
        System.clearProperty(PROPERTY);
    }
}
