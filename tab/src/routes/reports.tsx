export default function ReportsPage({ instanceId }: { instanceId: string }) {
  return <p>{instanceId}</p>;
}
