# One image for every process of the exchange; docker-compose.yml names each one's command.
FROM node:24-bookworm-slim
WORKDIR /agon
COPY . .
# Installs packages, generates the Prisma client, compiles the contracts.
RUN node scripts/bootstrap.mjs
# The deployment's volume must be writable by the user that the processes run as.
RUN mkdir -p /var/lib/agon && chown -R node:node /var/lib/agon /agon
USER node
