# Timonier in a container: the application without its own database (PostgreSQL is another container, see compose.yaml).
# Build: docker build -t timonier .        The same image is the web (`serve`) and the worker (`worker`).

FROM python:3.13-slim AS built
# the one external program of the build; its version is bounded, the dependencies are those of uv.lock with their sums
RUN pip install --no-cache-dir "uv>=0.9,<1"
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/timonier
WORKDIR /build
# first what seldom changes, so that a change of our code installs nothing again
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --extra web --no-install-project
COPY src ./src
RUN uv sync --locked --no-dev --extra web --no-editable


FROM python:3.13-slim
LABEL org.opencontainers.image.title="Timonier" \
      org.opencontainers.image.description="Steer your customer relationship: indicators that can be trusted" \
      org.opencontainers.image.licenses="Apache-2.0"
# a person of no rights, with a number that files on a volume keep
RUN groupadd --gid 10001 timonier && useradd --uid 10001 --gid timonier --no-create-home --home-dir /workspace timonier \
    && install --directory --owner timonier --group timonier --mode 0700 /workspace
COPY --from=built /opt/timonier /opt/timonier
ENV PATH=/opt/timonier/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    TIMONIER_WORKSPACE=/workspace
USER 10001:10001
WORKDIR /workspace
VOLUME /workspace
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/sante', timeout=4)"]
ENTRYPOINT ["timonier"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--no-worker"]
