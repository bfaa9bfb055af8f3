# The browser's packages, the app with its own, and of both only what serving needs.

FROM node:22-bookworm-slim AS browser
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv .venv
COPY requirements.lock ./
RUN .venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY manage.py gunicorn.conf.py ./
COPY b24app b24app
COPY payments payments
COPY templates templates
COPY static static
COPY deploy/healthcheck.py deploy/healthcheck.py
COPY tools/__init__.py tools/messages.py tools/
COPY --from=browser /app/node_modules node_modules
# DEBUG=1 gives development values to two commands; none of them is kept. The last two compile
# code and templates: the app's own user could not keep them.
RUN .venv/bin/python -m tools.messages compile \
    && DEBUG=1 .venv/bin/python manage.py collectstatic --noinput --verbosity=0 \
    && .venv/bin/python -m compileall -q b24app payments \
    && DEBUG=1 PYTHONDONTWRITEBYTECODE= .venv/bin/python -c "import b24app.wsgi" \
    && rm -rf node_modules tools

FROM python:3.11-slim-bookworm
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
# A new volume takes the owner of the folder that it covers.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin app \
    && install --directory --owner app /var/lib/deal-payments
COPY --from=build /app ./
USER app
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]
