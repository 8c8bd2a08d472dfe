package dev.javelin.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. Stateless. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"javelin " + packaged() + ", Java " + Runtime.version()};
    }

    /** The version in the jar's manifest. */
    static String packaged() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
