# docker build -t pbx-exporter .
# docker run --read-only --cap-drop=ALL -p 10560:10560 -v ./exporter.yml:/etc/pbx-exporter/exporter.yml:ro pbx-exporter
#
# Nothing is written at run time, so the file system may be read-only; the process runs as user "node" (1000) and needs no capability.

ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

# --- build: compile with the development dependencies ----------------------------------------------------------------------------
FROM ${NODE_IMAGE} AS build
# Another package registry: --build-arg NPM_CONFIG_REGISTRY=...
ARG NPM_CONFIG_REGISTRY
WORKDIR /build
COPY package.json package-lock.json ./
# No install scripts: the only one fetches a Node.js for developers' machines, and the image has its own.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && find dist -name '*.map' -delete

# --- dependencies: what runs, without type declarations, source maps and prose -----------------------------------------------------
FROM ${NODE_IMAGE} AS dependencies
ARG NPM_CONFIG_REGISTRY
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -iname 'readme*.md' \
    -o -iname 'changelog*.md' -o -iname 'history*.md' \) -delete \
  && rm -rf node_modules/.bin node_modules/.package-lock.json node_modules/@types node_modules/type-fest node_modules/node-addon-api \
    node_modules/bcrypt/src node_modules/bcrypt/test node_modules/bcrypt/prebuilds/darwin-* node_modules/bcrypt/prebuilds/win32-* \
    node_modules/koffi/src node_modules/koffi/lib node_modules/koffi/vendor node_modules/koffi/doc \
  && arch="$(node -p process.arch)" \
  && find node_modules/koffi/build/koffi -mindepth 1 -maxdepth 1 ! -name "linux_$arch*" ! -name "musl_$arch*" -exec rm -rf {} +

# --- the image ---------------------------------------------------------------------------------------------------------------------
FROM ${NODE_IMAGE}
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="pbx-exporter" \
  org.opencontainers.image.description="Prometheus exporter for telephone systems" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
# Package managers are not needed at run time; without them there is less for a scanner to find.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
  /usr/local/bin/yarn /usr/local/bin/yarnpkg
ENV NODE_ENV=production
# One area of memory for all threads: each would keep what it once needed (docs/scaling.md).
ENV MALLOC_ARENA_MAX=1
# What the health check asks; change it together with --web.listen-address or when TLS is on.
ENV PBX_EXPORTER_HEALTH_URL=http://127.0.0.1:10560/-/healthy
WORKDIR /opt/pbx-exporter
COPY package.json LICENSE ./
COPY --from=dependencies /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
RUN printf '%s\n' "${REVISION}" > dist/revision
# The status page shows the documentation of each family.
COPY docs/families ./docs/families
COPY exporter.yml /etc/pbx-exporter/exporter.yml
# A volume here keeps refused logins over restarts (--state.file /var/lib/pbx-exporter/state.json).
RUN install -d -o node -g node -m 0700 /var/lib/pbx-exporter
USER node
EXPOSE 10560
# 401 is a sign of life too: basic auth guards every page.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(process.env.PBX_EXPORTER_HEALTH_URL).then((r) => process.exit(r.ok || r.status === 401 ? 0 : 1), () => process.exit(1))"]
# Clean up sooner than Node.js would: half the memory with a large fleet (docs/scaling.md). SIGUSR1 would open its debugger.
ENTRYPOINT ["node", "--disable-sigusr1", "--max-semi-space-size=8", "--heap-growing-percent=40", "dist/main.js"]
CMD ["serve", "--config.file", "/etc/pbx-exporter/exporter.yml"]
