"""The import-linter contract that keeps services apart."""

from grimp import ImportGraph
from importlinter import ContractCheck, fields
from importlinter.contracts.independence import IndependenceContract


class ServicesApart(IndependenceContract):
    """Services import nothing of one another, directly or through others, but a commands module.

    A service is a folder of services/ that holds an app.py. import-linter's own contract wants each
    one named; this one finds them, so that none is forgotten.
    """

    type_name = "services_apart"
    modules = fields.SetField(subfield=fields.ModuleExpressionField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Judge the graph of imports; import-linter hands each contract a copy of its own."""
        for commands in graph.find_matching_modules("services.*.commands"):
            for importer in graph.find_modules_that_directly_import(commands):
                graph.remove_import(importer=importer, imported=commands)
        module = fields.ModuleExpressionField()
        apps = graph.find_matching_modules("services.*.app")
        services = {module.parse(app.removesuffix(".app")) for app in apps}
        self.modules = services  # type: ignore[assignment]  # the base declares what parses it
        return super().check(graph, verbose)
