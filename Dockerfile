# One image for both processes. It starts the api; the command of the worker is `node apps/server/dist/main/worker.js`.
# For a reproducible build, pin the base image by its digest: --build-arg NODE_IMAGE=node@sha256:...
ARG NODE_IMAGE=node:24-bookworm-slim

# Only the manifests, so that the layer of npm ci changes only with the lockfile or a manifest.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /srv/bookedbarber
COPY package.json package-lock.json .npmrc ./
COPY packages/contract/package.json packages/contract/
COPY packages/elasticache/package.json packages/elasticache/
COPY packages/redis-login/package.json packages/redis-login/
COPY packages/redis-tier/package.json packages/redis-tier/
COPY apps/cli/package.json apps/cli/
COPY apps/server/package.json apps/server/
COPY apps/web/package.json apps/web/

FROM manifests AS build
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.base.json ./
COPY packages/ packages/
COPY apps/ apps/
RUN npm run build
# Remove types, source maps and the testing part of redis-tier, which are only for development.
RUN find packages/*/dist apps/*/dist -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.tsbuildinfo' \) -delete && rm -rf packages/redis-tier/dist/testing

FROM manifests AS dependencies
# TypeScript is an optional peer dependency of the runtime validation library, which only needs its types.
RUN npm ci --omit=dev --ignore-scripts --workspace @bookedbarber/server && rm -rf node_modules/typescript node_modules/.bin/tsc node_modules/.bin/tsserver

FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production PORT=3000
WORKDIR /srv/bookedbarber
COPY --from=dependencies /srv/bookedbarber/node_modules/ node_modules/
COPY --from=dependencies /srv/bookedbarber/apps/server/ apps/server/
COPY --from=build /srv/bookedbarber/packages/contract/package.json packages/contract/
COPY --from=build /srv/bookedbarber/packages/contract/dist/ packages/contract/dist/
COPY --from=build /srv/bookedbarber/packages/elasticache/package.json packages/elasticache/
COPY --from=build /srv/bookedbarber/packages/elasticache/dist/ packages/elasticache/dist/
COPY --from=build /srv/bookedbarber/packages/redis-login/package.json packages/redis-login/
COPY --from=build /srv/bookedbarber/packages/redis-login/dist/ packages/redis-login/dist/
COPY --from=build /srv/bookedbarber/packages/redis-tier/package.json packages/redis-tier/
COPY --from=build /srv/bookedbarber/packages/redis-tier/dist/ packages/redis-tier/dist/
COPY --from=build /srv/bookedbarber/apps/server/migrations/ apps/server/migrations/
COPY --from=build /srv/bookedbarber/apps/server/dist/ apps/server/dist/
COPY --from=build /srv/bookedbarber/apps/web/dist/ apps/web/dist/
# The user "node" by its number, so that orchestrators can verify that it is not root. All files belong to root: the process
# writes none, and runs on a read-only root file system.
USER 1000:1000
EXPOSE 3000
# The health check of the api. A worker does not listen on a port: run it with --no-healthcheck.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "apps/server/dist/main/api.js"]
