// The whole stack, broker and processes: none of it gains from running beside the rest on a small machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
