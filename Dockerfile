# One process, one volume: docker run --read-only -v signpost:/data -v "$PWD/config:/config:ro" signpost
# Another base, for example a mirror's or a digest:
#   docker build --build-context python:3.13-slim-bookworm=docker-image://…
FROM python:3.13-slim-bookworm AS base

# The package becomes a wheel, then an environment of exact versions checked against their hashes.
FROM base AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PIP_ONLY_BINARY=:all: PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
RUN python -m venv tools \
 && tools/bin/pip install --quiet --require-hashes -r requirements-build.lock \
 && python -m venv --without-pip /opt/signpost \
 && tools/bin/pip --python /opt/signpost/bin/python install --quiet --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY alembic alembic
COPY config config
COPY monitor monitor
RUN tools/bin/hatchling build -t wheel \
 && tools/bin/pip --python /opt/signpost/bin/python install --quiet --no-index --no-deps dist/*.whl

# What runs: the environment and the example configuration, no pip in the environment, no source tree, no root.
FROM base
LABEL org.opencontainers.image.title="Signpost" \
      org.opencontainers.image.description="Watches news feeds and flags the published judgments that may need revisiting." \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/signpost /opt/signpost
COPY config /config
# A new volume takes over this folder's owner. Numeric, so that Kubernetes can tell it is not root.
RUN install -d -o 10001 -g 10001 /data
ENV PATH=/opt/signpost/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MONITOR_CONFIG_DIR=/config \
    MONITOR_DATA_DIR=/data \
    MONITOR_LOG_FORMAT=json \
    MONITOR_HEALTH_PORT=8080
# The only writable folder: whatever is written beside the data is written there too.
WORKDIR /data
VOLUME /data
USER 10001:10001
STOPSIGNAL SIGTERM
# Asked inside the container: /health stays on 127.0.0.1 unless MONITOR_HEALTH_HOST says otherwise.
# http.client: no proxy from the environment. 503 means that the daemon hangs.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['MONITOR_HEALTH_PORT']), timeout=4); c.request('GET', '/health'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["monitor"]
CMD ["run"]
