package dev.javelin.config;

import java.util.Map;

/**
 * Spring's settings as a server of ours wants them; whoever starts the process can override each. They are not in an
 * {@code application.yml}, which an application that depends on our jar would inherit. Stateless.
 */
public final class ServerDefaults {
    private ServerDefaults() {}

    /** Setting to value. */
    public static Map<String, Object> properties() {
        return Map.ofEntries(
                Map.entry("spring.application.name", "javelin"),
                Map.entry("spring.main.banner-mode", "off"),
                Map.entry("spring.main.web-application-type", "reactive"),
                Map.entry("logging.config", "classpath:" + ServerLogging.RESOURCE),
                Map.entry("spring.jmx.enabled", "false"),
                Map.entry("spring.main.log-startup-info", "false"),
                Map.entry("server.shutdown", "graceful"),
                Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "10s"),
                Map.entry("management.endpoints.web.exposure.include", "health,info,prometheus"),
                Map.entry("management.endpoint.health.probes.enabled", "true"),
                Map.entry("spring.webflux.problemdetails.enabled", "false"),
                Map.entry("spring.jackson.default-property-inclusion", "always"),
                Map.entry("javelin.exit-on-failure", "true"));
    }
}
