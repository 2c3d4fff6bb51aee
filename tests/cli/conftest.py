"""The program, and a repository with three versions of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.command import Argosy
from tests.resolver.template_repositories import TemplateRepository

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> TemplateRepository:
    """Only to be read: tags v1.0.0, v1.1.0 and v1.2.0, branches main and feature/x."""
    repository = TemplateRepository.create(tmp_path_factory.mktemp("library") / "templates")
    repository.commit("v1.0.0", hello="image:1.0", other="image:other")
    repository.commit("v1.1.0", build="image:build")
    repository.commit("v1.2.0", hello="image:1.2")
    repository.git("branch", "feature/x", "v1.0.0")
    repository.commit(hello="image:main")
    return repository


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def argosy(home: Path) -> Argosy:
    """Shares its cache with the other tests, as a person's commands do."""
    return Argosy(home)
