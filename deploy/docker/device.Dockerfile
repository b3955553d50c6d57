# A counter, for arm64 and amd64. From the top of the checkout:
#   docker buildx build --platform linux/arm64 -f deploy/docker/device.Dockerfile .
# EXTRAS says what it can count with: camera brings OpenCV and the detector `background`; onnx or openvino add a
# detector with a model; gpio and i2c bring beams, rangers and thermal arrays.

FROM debian:trixie-slim AS build
ARG EXTRAS=camera,gpio,i2c
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates python3 python3-pip \
 && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv --without-pip /opt/platspuls
WORKDIR /source
COPY LICENSE README.md constraints.txt pyproject.toml ./
COPY api ./api
COPY core ./core
COPY counter ./counter
COPY dashboards ./dashboards
COPY ingest ./ingest
COPY platspuls ./platspuls
COPY sim ./sim
COPY store ./store
RUN python3 -m pip --python /opt/platspuls/bin/python install --no-cache-dir --constraint constraints.txt ".[$EXTRAS]"

FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates python3 tini \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 platspuls \
 && useradd --uid 10001 --gid platspuls --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin platspuls \
 && install --directory --owner platspuls --group platspuls --mode 0700 /var/lib/platspuls
COPY --from=build /opt/platspuls /opt/platspuls
ENV PATH=/opt/platspuls/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2 OPENBLAS_NUM_THREADS=1
USER 10001:10001
# The outbox: lost records if it isn't kept.
VOLUME /var/lib/platspuls
ENTRYPOINT ["/usr/bin/tini", "--", "/opt/platspuls/bin/platspuls", "counter"]
CMD ["run", "/etc/platspuls/device.toml"]
