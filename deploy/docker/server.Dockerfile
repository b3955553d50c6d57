# The server's programs: ingest, the API, and what an operator runs (migrate, install, backup, restore).
# From the top of the checkout: docker build -f deploy/docker/server.Dockerfile .

FROM debian:trixie-slim AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates postgresql-client-17 python3 python3-pip \
 && rm -rf /var/lib/apt/lists/*
# Without pip of its own: nothing is installed into the image that runs.
RUN python3 -m venv --without-pip /opt/platspuls
WORKDIR /source
COPY LICENSE README.md constraints.txt pyproject.toml ./
COPY api ./api
COPY client ./client
COPY core ./core
COPY counter ./counter
COPY dashboards ./dashboards
COPY ingest ./ingest
COPY platspuls ./platspuls
COPY sim ./sim
COPY store ./store
RUN python3 -m pip --python /opt/platspuls/bin/python install --no-cache-dir --constraint constraints.txt ./client \
    '.[api,ingest,operator]'

FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates libpq5 python3 tini \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 platspuls \
 && useradd --uid 10001 --gid platspuls --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin platspuls
COPY --from=build /usr/lib/postgresql/17/bin/pg_dump /usr/lib/postgresql/17/bin/pg_restore /usr/local/bin/
COPY --from=build /opt/platspuls /opt/platspuls
ENV PATH=/opt/platspuls/bin:/usr/local/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/usr/bin/tini", "--", "/opt/platspuls/bin/platspuls"]
CMD ["--help"]
