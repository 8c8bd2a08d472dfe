package dev.javelin.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. Stateless. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String packaged = Version.class.getPackage().getImplementationVersion(); // of the jar's manifest
        return new String[] {
            "javelin " + (packaged == null ? "(not packaged)" : packaged) + ", Java " + Runtime.version()
        };
    }
}
