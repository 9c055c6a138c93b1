# Two stages: one bundles the program, the other holds the bundle and Node.js, and nothing else.
FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# No install script is needed: esbuild's binary comes as a package, and Node.js 24 is here already.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY .ci/build.ts .ci/precompiled-schema.ts .ci/
COPY src src
ARG REVISION=unknown
RUN REVISION="$REVISION" node .ci/build.ts

FROM gcr.io/distroless/nodejs24-debian12:nonroot
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="scim-push" \
      org.opencontainers.image.description="Pushes users, groups and memberships from Google Workspace or Active Directory to a SCIM 2.0 endpoint." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /src/dist /app
COPY LICENSE /app/
# Bodies of answers go back to the system when they are done with, docs/decisions/0004.
ENV MALLOC_MMAP_THRESHOLD_=65536
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/app/main.js"]
CMD ["push"]
