# syntax=docker/dockerfile:1
# Javelin's image, in two variants:
#   docker build -t javelin .                                   on NVIDIA's CUDA runtime
#   docker build -t javelin:cpu --build-arg VARIANT=cpu .       on plain Ubuntu
# It runs as a user without rights and never writes outside /cache and /tmp, so that the root file system can be
# read-only: docker run --read-only -v models:/cache -p 8080:8080 javelin:cpu

ARG VARIANT=cuda
ARG CUDA_IMAGE=nvidia/cuda:13.0.2-runtime-ubuntu24.04
ARG CPU_IMAGE=ubuntu:24.04
ARG JDK_IMAGE=eclipse-temurin:25-jdk-noble

# A Java runtime with the Vector API and jcmd, and without compilers.
FROM ${JDK_IMAGE} AS jre
RUN jlink --no-header-files --no-man-pages --output /jre \
    --add-modules java.se,jdk.charsets,jdk.crypto.cryptoki,jdk.incubator.vector,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs

# The jar, taken apart: libraries change seldom, our own classes with every build.
FROM ${JDK_IMAGE} AS build
ARG OTEL_AGENT_VERSION=2.33.1
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw -B -ntp package dependency:copy \
    -Dmaven.test.skip=true -Dspotless.check.skip=true -Dcheckstyle.skip=true \
    -Dartifact=io.opentelemetry.javaagent:opentelemetry-javaagent:${OTEL_AGENT_VERSION} \
    -DoutputDirectory=/build/agent -Dmdep.stripVersion=true
RUN java -Djarmode=tools -jar target/javelin-exec.jar extract --layers --application-filename javelin.jar --destination /build/layers

FROM ${CUDA_IMAGE} AS base-cuda
FROM ${CPU_IMAGE} AS base-cpu

FROM base-${VARIANT} AS server
ENV LANG=C.UTF-8 \
    JAVA_HOME=/opt/java \
    PATH=/opt/java/bin:${PATH} \
    HOME=/cache \
    XDG_CACHE_HOME=/cache \
    SPRING_CONFIG_ADDITIONAL_LOCATION=optional:file:/etc/javelin/ \
    OTEL_SERVICE_NAME=javelin \
    OTEL_LOGS_EXPORTER=none \
    OTEL_METRICS_EXPORTER=none
# MaxRAM: a heap over 32 GB would switch off compressed pointers, and with them the cache below. The heap is a quarter of
# the container's memory, at most 30 GB; weights, keys and values are not in it.
ENV JDK_JAVA_OPTIONS="--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED -Xms64m -XX:MaxRAM=120g -Dorg.bytedeco.javacpp.cachedir=/cache/javacpp -Dorg.bytedeco.javacpp.maxphysicalbytes=0"
WORKDIR /opt/javelin
COPY --from=jre /jre/ /opt/java/
COPY --from=build /build/agent/opentelemetry-javaagent.jar ./
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
COPY --chmod=755 <<'EOF' /opt/javelin/start
#!/bin/sh
# Traces are on if OTEL_EXPORTER_OTLP_ENDPOINT names a collector. The agent rewrites classes as they are loaded, which
# the cache cannot serve: it is one or the other.
if [ -n "${OTEL_EXPORTER_OTLP_ENDPOINT:-}" ]; then
  option=-javaagent:/opt/javelin/opentelemetry-javaagent.jar
else
  option=-XX:AOTCache=/opt/javelin/javelin.aot
fi
exec java "$option" -jar /opt/javelin/javelin.jar "$@"
EOF

# Runs the server once on a model of 19 KB, so that the cache holds every class that a start and an answer need. The JVM
# says that it archives no module graph; that is so with every incubator module and does no harm.
FROM server AS train
COPY src/test/resources/deploy/tiny.gguf /train/tiny.gguf
RUN <<'EOF'
#!/bin/bash
set -eu
port=${SERVER_PORT:-8080}
ask() {
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf '%s %s HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' "$1" "$2" "${#3}" "$3" >&3
  timeout 60 cat <&3
}
java -XX:AOTCacheOutput=/opt/javelin/javelin.aot -jar /opt/javelin/javelin.jar --javelin.model=/train/tiny.gguf &
server=$!
until ask GET /health/ready "" 2>/dev/null | grep -q '^HTTP/1.* 200 '; do
  kill -0 $server
  sleep 0.2
done
chat='"messages":[{"role":"user","content":"hey"}],"max_tokens":8'
ask POST /v1/chat/completions "{$chat,\"stream\":true}" | grep -q DONE
ask POST /v1/chat/completions "{$chat}" | grep -q finish_reason
ask GET /actuator/prometheus "" | grep -q vllm:num_requests_running
kill -TERM $server
wait $server || [ $? = 143 ]
test -s /opt/javelin/javelin.aot
EOF

FROM server
LABEL org.opencontainers.image.title="Javelin" \
      org.opencontainers.image.description="An LLM inference server for the JVM" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=train /opt/javelin/javelin.aot ./
# Group 0 as well: OpenShift runs containers as any user of that group.
RUN install -d -o 10001 -g 0 -m 770 /cache && install -d /etc/javelin
VOLUME ["/cache", "/tmp"]
USER 10001:0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=15m --start-interval=2s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["/opt/javelin/start"]
