using OciRuntime.TestMatrix;

// TestMatrix RESULTS PAGE: RESULTS has a directory a kind of host, PAGE is the markdown to write.
// TestMatrix RESULTS --rows TABLE: which rows of docs/runtime-spec.md the results show; a suite like others.
if (args is not ([_, _] or [_, "--rows", _]))
{
    Console.Error.WriteLine("usage: TestMatrix RESULTS PAGE | RESULTS --rows TABLE");
    return 2;
}
HostKind[] kinds = [.. Directory.GetDirectories(args[0]).Select(HostKind.Read).OrderBy(kind => kind.Rank).ThenBy(kind => kind.Name, StringComparer.Ordinal)];
if (args.Length == 3)
    return SpecRows.Check(args[2], kinds, Console.Out) ? 0 : 1;
File.WriteAllText(args[1], MatrixPage.Write(kinds));
return 0;
