# Argosy as a container; docs/image.md has how to build and check it. BASE is Debian 12 or later: pin it by its digest.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS python
# Programs that would run as root whoever starts them are of no use to a container of one user.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
       ca-certificates git openssh-client python3 tini \
    && find / -xdev -type f -perm /6000 -exec chmod ug-s {} + \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log /var/log/alternatives.log

FROM python AS build
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends python3-venv
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY requirements/image.txt requirements/runtime.txt requirements/
# Where pip finds packages, and whom it trusts, are secrets of the build: nothing of them is left in a layer.
RUN --mount=type=secret,id=pip,target=/etc/pip.conf --mount=type=secret,id=authorities \
    python3 -m venv /tools \
    && python3 -m venv --without-pip /opt/argosy \
    && /tools/bin/pip install --no-compile --no-deps --only-binary=:all: --require-hashes --requirement requirements/image.txt \
    && /tools/bin/pip --python /opt/argosy/bin/python3 \
       install --no-compile --no-deps --only-binary=:all: --require-hashes --requirement requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY agent agent
COPY gc gc
COPY resolver resolver
# The bytecode is checked by no date: it is the same in each build. That of clients which nobody calls is left out.
RUN PATH=/tools/bin:$PATH pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheels . \
    && /tools/bin/pip --python /opt/argosy/bin/python3 install --no-compile --no-deps --no-index /wheels/*.whl \
    && mkdir -p /opt/argosy/share/doc/argosy \
    && /tools/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
       --output-format JSON --output-file /opt/argosy/share/doc/argosy/sbom.cdx.json /opt/argosy/bin/python3 \
    && /opt/argosy/bin/python3 -m compileall -q --invalidation-mode unchecked-hash \
       -x '/kubernetes/(aio|client/(api|models))/' /opt/argosy

FROM python
ARG VERSION
ARG REVISION
ARG SOURCE
ARG LICENSES=Apache-2.0
LABEL org.opencontainers.image.title=Argosy \
      org.opencontainers.image.description="A git-backed, just-in-time template resolver for Argo Workflows" \
      org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.source=${SOURCE} \
      org.opencontainers.image.licenses=${LICENSES}
COPY --from=build /opt/argosy /opt/argosy
# ssh refuses to run for a user without a name.
RUN groupadd --gid 65532 argosy \
    && useradd --uid 65532 --gid 65532 --home-dir /var/cache/argosy --shell /usr/sbin/nologin argosy \
    && install --directory --owner=65532 --group=65532 --mode=1777 /var/cache/argosy \
    && ln -s /opt/argosy/share/doc/argosy /usr/share/doc/argosy
# The cache is the only folder that is written; temporary files go there too.
ENV PATH=/opt/argosy/bin:/usr/local/bin:/usr/bin:/bin \
    ARGOSY_CACHE=/var/cache/argosy \
    TMPDIR=/var/cache/argosy \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/cache/argosy
USER 65532:65532
EXPOSE 8443 8080 8090
# tini waits for what is left of a git that was given up: the kernel hands its helpers to the first process.
ENTRYPOINT ["tini", "--", "argosy"]
CMD ["--help"]
