package dev.javelin.config;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a command may know of the machine it runs on. Immutable.
 *
 * @param variables the process's environment variables
 * @param home the user's home directory
 * @param interactive whether a person watches stderr: then downloads draw a bar and help has colours
 */
public record HostEnvironment(Map<String, String> variables, Path home, boolean interactive) {
    /** Copies the map. */
    public HostEnvironment {
        variables = Map.copyOf(variables);
    }

    /** Names the variables only: values may be secrets. */
    @Override
    public String toString() {
        return "HostEnvironment[variables=" + variables.keySet() + ", home=" + home + ", interactive=" + interactive
                + "]";
    }
}
